/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs a program of this package in a fresh JVM on a fresh directory, which it deletes afterwards.
 *
 * <p>Not thread safe.
 */
public final class ChildProcess {

    private final Class<?> program;
    private final List<String> jvmOptions;
    private final PrintStream messages;
    private final String classPath;

    /** @param messages gets all that the program prints beside its figures */
    public ChildProcess(Class<?> program, List<String> jvmOptions, PrintStream messages) {
        this(program, jvmOptions, System.getProperty("java.class.path"), messages);
    }

    /** @param messages gets all that the program prints beside its figures */
    public ChildProcess(Class<?> program, List<String> jvmOptions, String classPath, PrintStream messages) {
        this.classPath = classPath;
        this.messages = messages;
        this.program = program;
        this.jvmOptions = List.copyOf(jvmOptions);
    }

    /**
     * Runs the program to its end.
     *
     * @return its figures; empty if it failed
     */
    public Optional<ChildResult> run(Path directory, List<String> arguments) throws IOException, InterruptedException {
        deleteTree(directory);
        Files.createDirectories(directory);
        try {
            return runOnce(arguments);
        } finally {
            deleteTree(directory);
        }
    }

    /** Runs the program to its end, and leaves to the caller what is on disk before and after it. */
    public Optional<ChildResult> runOnce(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath, program.getName()));
        command.addAll(arguments);
        return await(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private Optional<ChildResult> await(Process process) throws IOException, InterruptedException {
        Optional<ChildResult> result = Optional.empty();
        List<String> other = new ArrayList<>();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Optional<ChildResult> parsed = ChildResult.parse(line);
                if (parsed.isPresent()) {
                    result = parsed;
                } else {
                    other.add(line);
                }
            }
            if (process.waitFor() != 0) {
                result = Optional.empty();
            }
        } finally {
            // Only alive if this thread was interrupted or the pipe broke.
            process.destroyForcibly();
        }
        other.forEach(line -> messages.println("    | " + line));
        return result;
    }

    public static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
