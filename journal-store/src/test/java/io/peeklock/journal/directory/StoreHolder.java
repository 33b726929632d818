/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A process that opens the store in its first argument, says so, and holds it until its input ends.
 *
 * <p>Run by tests as a JVM of its own.
 */
public final class StoreHolder {

    private StoreHolder() {}

    /** The program. */
    public static void main(String[] arguments) throws Exception {
        hold(Path.of(arguments[0]), "the other process");
        System.out.println("open");
        while (System.in.read() >= 0) {
            // Until the parent closes it or kills us.
        }
    }

    /** Opens a store and leaves it open. Called through another class loader, too. */
    @SuppressWarnings("MustBeClosed")
    public static AutoCloseable hold(Path store, String holder) throws Exception {
        return StoreDirectory.open(store, StoreOptions.builder().holder(holder).build());
    }

    static Process start(Path store) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreHolder.class.getName(),
                        store.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
