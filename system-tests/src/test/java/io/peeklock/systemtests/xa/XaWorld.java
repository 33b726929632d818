/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import java.nio.file.Path;
import java.util.List;

/**
 * Which three places take part.
 *
 * <p>Immutable.
 */
enum XaWorld {
    /** Three databases: what the tests are tried on. */
    TABLES {
        @Override
        List<Place> open(Path directory) throws Exception {
            return List.of(
                    TablePlace.open(Role.ORDERS, directory),
                    TablePlace.open(Role.ROWS, directory),
                    TablePlace.open(Role.SHIPMENTS, directory));
        }
    };

    /** Opens them, and makes what they need if this is the first time. */
    abstract List<Place> open(Path directory) throws Exception;
}
