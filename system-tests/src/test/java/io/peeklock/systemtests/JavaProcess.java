/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A child JVM on the class path of this one, whose output is read line by line.
 *
 * <p>Owned by one thread. What the child has printed before it was killed is not lost: it is in the pipe.
 */
public final class JavaProcess implements AutoCloseable {

    /** Ends every line that counts, so that half a line of a killed process is told from a whole one. */
    static final String END_OF_LINE = " .";

    private final Process process;
    private final BufferedReader output;

    private JavaProcess(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    public static JavaProcess start(Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Most of a short process's time would go into the second compiler.
                "-XX:TieredStopAtLevel=1",
                "-ea",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(args));
        return new JavaProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Prints one line that counts; for the child. */
    public static void print(String line) {
        System.out.println(line + END_OF_LINE);
    }

    long pid() {
        return process.pid();
    }

    /** Reads lines until there are {@code count} or the process has printed its last. */
    public List<String> read(int count) throws IOException {
        List<String> lines = new ArrayList<>();
        while (lines.size() < count) {
            String line = output.readLine();
            if (line == null) {
                break;
            }
            if (line.endsWith(END_OF_LINE)) {
                lines.add(line.substring(0, line.length() - END_OF_LINE.length()));
            }
        }
        return lines;
    }

    /** Kills it, as {@code kill -9} does, and gives what it had printed and nobody had read. */
    public List<String> kill() throws IOException, InterruptedException {
        // Not process.destroyForcibly(): that closes the pipe, and with it what is still in there.
        process.toHandle().destroyForcibly();
        // Until the end of the pipe first: a process that waits for room in it would not be gone before.
        List<String> rest = read(Integer.MAX_VALUE);
        process.waitFor();
        return rest;
    }

    /** Tells the child to end by closing its standard input, and gives its status. */
    int end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IOException("Process " + pid() + " does not end");
        }
        return process.exitValue();
    }

    /** Waits until it has ended by itself, after its last line was read, and gives its status. */
    public int awaitEnd() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
