/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.process;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of this JVM's class path that a program takes classes from.
 *
 * <p>All peers are on the driver's class path. A start that searches the jars of all of them says little about any.
 *
 * <p>Stateless.
 */
public final class UsedClassPath {

    private static final String SOURCE = "source: file:";

    private UsedClassPath() {}

    /** The option with which a JVM tells what it loads from where. */
    public static String tellInto(Path log) {
        return "-Xlog:class+load:file=" + log + "::filecount=0";
    }

    /** The entries that the log of such a JVM names, in the order in which they stand on this JVM's class path. */
    public static String of(Path log) throws IOException {
        Set<Path> used;
        try (Stream<String> lines = Files.lines(log)) {
            used = lines.filter(line -> line.contains(SOURCE))
                    .map(line -> line.substring(line.indexOf(SOURCE) + SOURCE.length()))
                    .distinct()
                    .map(path ->
                            Path.of(URI.create("file:" + path)).toAbsolutePath().normalize())
                    .collect(Collectors.toSet());
        }
        List<String> entries =
                Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator, -1));
        return entries.stream()
                .filter(entry -> used.contains(Path.of(entry).toAbsolutePath().normalize()))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
