/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What the server's JVM says of itself, by jcmd. Has no state; any thread. */
public final class Jvm {

    /** Lets a full collection take away what only caches have: then what stays is held by somebody. */
    static final String CLEARS_CACHES = "-XX:SoftRefLRUPolicyMSPerMB=0";

    private static final String OURS = "io.peeklock.";
    private static final String OF_TESTS = "io.peeklock.servertests.";

    private Jvm() {}

    /** How many threads of the bus and its adapters there are: those with their name, and those that run their code. */
    public static long busThreads() {
        return Stream.of(jcmd("Thread.print").split("\\R\\s*\\R"))
                .filter(thread -> thread.startsWith("\"peeklock")
                        || thread.lines()
                                .map(String::strip)
                                .anyMatch(line -> line.startsWith("at " + OURS) && !line.startsWith("at " + OF_TESTS)))
                .count();
    }

    /** How many class loaders have a class of the name, after a full collection. */
    public static long loaders(String className) {
        jcmd("GC.run");
        return jcmd("VM.class_hierarchy", className)
                .lines()
                .filter(line -> line.contains(className + "/"))
                .count();
    }

    /** How many objects of classes of these names there are, after a full collection. */
    public static long instances(Set<String> classNames) {
        // Which collects first. A line is: number, instances, bytes, class, and its module if it has one.
        return jcmd("GC.class_histogram")
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(line -> line.length >= 4 && classNames.contains(line[3]))
                .mapToLong(line -> Long.parseLong(line[1]))
                .sum();
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
