/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job in a process of its own that is stopped, or whose receiving process is, when nobody expects it.
 *
 * <p>Not thread safe.
 */
@Timeout(120)
final class StoppedJobIT {

    private static final Pattern FIRST = Pattern.compile("Process (\\d+) receives with");
    private static final Pattern FIRST_COMPLETES = Pattern.compile("completed +(\\d+) of");
    private static final Pattern SECOND = Pattern.compile("Process (\\d+) goes on");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private Path temporary;
    private Path store;
    private Process job;
    private BufferedReader output;

    @AfterEach
    void end() throws InterruptedException {
        job.destroyForcibly().waitFor();
    }

    @Test
    void leavesNothingBehindWhenItIsTerminated() throws Exception {
        start();
        long child = awaitNumber(FIRST);
        awaitNumber(FIRST_COMPLETES);
        // Not job.destroy(): that closes the pipe.
        job.toHandle().destroy();
        output.lines().forEach(line -> {});
        assertThat(job.waitFor()).isNotZero();
        awaitEndOf(child);
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void takesItsReceivingProcessWithItWhenItIsKilled() throws Exception {
        start();
        long child = awaitNumber(FIRST);
        awaitNumber(FIRST_COMPLETES);
        job.destroyForcibly();
        awaitEndOf(child);
        // Nobody has the store any more. The system frees an ended process's locks a moment after its memory.
        await().atMost(PATIENCE).pollInterval(20, TimeUnit.MILLISECONDS).until(this::canBeOpened);
    }

    private boolean canBeOpened() throws JMSException {
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory("peeklock:file:" + store);
                Connection connection = factory.createConnection()) {
            connection.start();
            return true;
        } catch (JMSException e) {
            if (!"StoreLocked".equals(e.getErrorCode())) {
                throw e;
            }
            return false;
        }
    }

    @Test
    void saysWhichReceivingProcessFailedAndKeepsWhatThereIsToLookInto() throws Exception {
        start();
        long child = awaitNumber(SECOND);
        ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
        String rest = output.lines().reduce("", (a, b) -> a + "\n" + b);
        assertThat(job.waitFor()).as(rest).isEqualTo(LinesJob.FAILED);
        assertThat(rest).contains("Process " + child + " ended with status").contains("Everything is kept in");
        assertThat(temporary).isNotEmptyDirectory();
    }

    private void start() throws IOException {
        temporary = Files.createDirectory(directory.resolve("temporary"));
        store = directory.resolve("store");
        job = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        LinesJob.class.getName(),
                        "--partitions",
                        "2",
                        "--store",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        output = job.inputReader(StandardCharsets.UTF_8);
    }

    /** Reads what the job prints up to a line that matches, and gives the number in it. */
    private long awaitNumber(Pattern pattern) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher matcher = pattern.matcher(line);
            if (matcher.find()) {
                return Long.parseLong(matcher.group(1));
            }
        }
        throw new AssertionError("the job has ended before it printed " + pattern);
    }

    private static void awaitEndOf(long process) {
        await().atMost(PATIENCE)
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .until(() -> ProcessHandle.of(process)
                        // One that nobody waits for stays in the list of processes, without a command.
                        .flatMap(handle -> handle.info().command())
                        .isEmpty());
    }
}
