/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The program of a receiving process: several consumers until the queue is empty, or until it is killed.
 *
 * <p>Started by {@link ChildProcess}. Prints {@value #DONE} for each line that it completed.
 */
final class ReceiverProcess {

    static final String DONE = "done";

    /** Exit status of a process that failed by itself. */
    static final int FAILED = 3;

    private final Bus bus;
    private final Path sideLogs;
    private final int run;
    private final int consumers;

    private ReceiverProcess(Bus bus, Path sideLogs, int run, int consumers) {
        this.bus = bus;
        this.sideLogs = sideLogs;
        this.run = run;
        this.consumers = consumers;
    }

    /** Takes the URL, the directory of the side logs, the number of this process and the number of consumers. */
    public static void main(String[] args) {
        endWithParent();
        try {
            new ReceiverProcess(
                            new Bus(args[0]), Path.of(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]))
                    .receiveAll();
            System.exit(0);
        } catch (Exception e) {
            System.err.println("The receiving process failed: " + e);
            System.exit(FAILED);
        }
    }

    /** A parent that dies must not leave this process behind, holding the store. */
    private static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try (InputStream in = System.in) {
                        in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        // The pipe is gone, and so is the parent.
                    }
                    Runtime.getRuntime().halt(FAILED);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private void receiveAll() throws Exception {
        AtomicLong stamps = SideLog.stampsOfRun(run);
        ExecutorService threads = Executors.newFixedThreadPool(consumers);
        List<SideLog> logs = new ArrayList<>();
        try (PeeklockConnectionFactory factory = bus.connectionFactory();
                Connection connection = factory.createConnection()) {
            connection.start();
            ExecutorCompletionService<@Nullable Void> ends = new ExecutorCompletionService<>(threads);
            for (int i = 0; i < consumers; i++) {
                SideLog log = SideLog.create(sideLogs, "process-" + run + "-consumer-" + (i + 1), stamps);
                logs.add(log);
                ends.submit(new LineConsumer(connection, habit(i), log, ReceiverProcess::reportDone));
            }
            for (int i = 0; i < consumers; i++) {
                ends.take().get();
            }
        } finally {
            threads.shutdownNow();
            for (SideLog log : logs) {
                log.close();
            }
        }
    }

    private static LineConsumer.Habit habit(int consumer) {
        return switch (consumer) {
            case 0 -> LineConsumer.Habit.GIVES_UP;
            case 1 -> LineConsumer.Habit.RECOVERS;
            default -> LineConsumer.Habit.STEADY;
        };
    }

    private static void reportDone() {
        System.out.println(DONE);
    }
}
