/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.inside;

import java.util.Map;

/**
 * What a test outside of the server has done inside, by {@link TaskServlet}, in a new instance each time.
 *
 * <p>Used by one thread.
 */
public interface Task {

    /** Runs outside of a transaction; what it throws is the test's failure. */
    String run(Map<String, String> parameters) throws Exception;
}
