/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import java.io.File;
import java.net.URISyntaxException;

/** The libraries of these tests, for their applications and servers. Has no state; any thread. */
final class Libraries {

    private Libraries() {}

    /** The jar that a class is from. */
    static File jarOf(Class<?> type) {
        try {
            return new File(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
