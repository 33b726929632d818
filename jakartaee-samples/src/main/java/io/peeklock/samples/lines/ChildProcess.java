/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A receiving process: started, listened to, killed.
 *
 * <p>Owned by one thread; a thread of its own reads what the process prints.
 */
final class ChildProcess implements AutoCloseable {

    private static final String END_OF_OUTPUT = "\0end";

    private final Process process;
    private final PrintStream out;
    private final Duration patience;
    private final BlockingQueue<String> output = new LinkedBlockingQueue<>();

    private ChildProcess(Process process, PrintStream out, Duration patience) {
        this.process = process;
        this.out = out;
        this.patience = patience;
    }

    /** Starts {@link ReceiverProcess} on the class path of this one. */
    static ChildProcess start(Bus bus, Path sideLogs, int run, int consumers, PrintStream out) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ReceiverProcess.class.getName(),
                bus.url(),
                sideLogs.toString(),
                Integer.toString(run),
                Integer.toString(consumers));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ChildProcess child = new ChildProcess(process, out, Duration.ofMinutes(2));
        Thread reader = new Thread(child::readOutput, "output-of-" + process.pid());
        reader.setDaemon(true);
        reader.start();
        return child;
    }

    long pid() {
        return process.pid();
    }

    /** Tells {@code progress} of completed lines until it has counted {@code count} or the process has ended. */
    void follow(Progress progress, int count) throws InterruptedException, ReceiverFailedException {
        while (progress.count() < count) {
            String line = output.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                throw new ReceiverFailedException(
                        "Process " + pid() + " has completed no line for " + patience.toSeconds() + " s");
            }
            if (line.equals(END_OF_OUTPUT)) {
                // It stays there for whoever follows after this.
                output.add(END_OF_OUTPUT);
                return;
            }
            if (line.equals(ReceiverProcess.DONE)) {
                progress.step();
            } else {
                out.println(line);
            }
        }
    }

    /** Kills the process with SIGKILL (on Windows: TerminateProcess), so that it cannot clean up; gives its status. */
    int kill() throws InterruptedException {
        // Not process.destroyForcibly(): that closes the pipe, and with it what is still in there.
        process.toHandle().destroyForcibly();
        return process.waitFor();
    }

    /** Waits until the process has ended by itself; gives its status. */
    int awaitEnd() throws InterruptedException {
        return process.waitFor();
    }

    /** Leaves no process behind; waits until it is gone, because it has files open. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    private void readOutput() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.add(line);
            }
        } catch (IOException e) {
            // The process was killed while it printed.
        } finally {
            output.add(END_OF_OUTPUT);
        }
    }
}
