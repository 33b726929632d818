/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the server's JVM says of itself, by jcmd. Has no state; any thread. */
public final class Jvm {

    private Jvm() {}

    /** How many threads of the bus and its adapters there are. */
    public static long busThreads() {
        return jcmd("Thread.print")
                .lines()
                .filter(line -> line.startsWith("\"peeklock"))
                .count();
    }

    private static String jcmd(String... command) {
        ProcessHandle process = Server.current().process();
        if (process == null) {
            throw new IllegalStateException("the server does not run");
        }
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        line.add(Long.toString(process.pid()));
        line.addAll(List.of(command));
        return Commands.output(line);
    }
}
