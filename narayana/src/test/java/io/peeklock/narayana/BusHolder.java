/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.nio.file.Path;

/**
 * A process that opens the store in its first argument, says so, and holds it until its input ends.
 *
 * <p>Run by tests as a JVM of its own.
 */
public final class BusHolder {

    private BusHolder() {}

    /** The program. */
    public static void main(String[] arguments) throws Exception {
        try (Bus bus = new Bus(Path.of(arguments[0]))) {
            bus.send("orders", "one");
            System.out.println("open");
            while (System.in.read() >= 0) {
                // Until the parent closes it or kills us.
            }
        }
    }
}
