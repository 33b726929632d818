/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.transfer;

import io.peeklock.samples.transfer.Shop.Count;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Runs the story: orders wait in a queue, processes that transfer them are killed in the middle of it, one after the other, the
 * last one may end, and everything is counted.
 *
 * <p>Used once, by one thread.
 */
public final class TransferOrders {

    private static final int ORDERS = 100;
    private static final int KILLS = 4;

    private TransferOrders() {}

    /** Uses the directory that is given, which must not exist, or a new one. */
    public static void main(String[] args) throws Exception {
        Path directory = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("transfer");
        if (!run(directory, ORDERS, KILLS, new Random(), System.out::println).isComplete(ORDERS)) {
            System.exit(1);
        }
    }

    static Count run(Path directory, int orders, int kills, Random random, Consumer<String> log) throws Exception {
        Shop shop = new Shop(directory);
        shop.open(orders);
        log.accept(orders + " orders are in the queue");
        for (int i = 0; i < kills; i++) {
            int transferred = killAfter(1 + random.nextInt(orders / (kills + 1)), directory);
            log.accept("killed after " + transferred + " orders");
        }
        int transferred = follow(Integer.MAX_VALUE, start(directory));
        log.accept("recovered, and transferred the last " + transferred + " orders");
        Count count = shop.count();
        log.accept(count + ": " + (count.isComplete(orders) ? "each order once" : "THIS IS WRONG"));
        return count;
    }

    /** Kills a process in the middle of the transfer after so many: it has begun the next one by then. */
    private static int killAfter(int count, Path directory) throws IOException, InterruptedException {
        Process process = start(directory);
        int transferred = follow(count, process);
        process.destroyForcibly().waitFor();
        return transferred;
    }

    /** Counts what a process has transferred, up to a number, or until it ends. */
    private static int follow(int most, Process process) throws IOException, InterruptedException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        int lines = 0;
        while (lines < most && reader.readLine() != null) {
            lines++;
        }
        if (lines < most && process.waitFor() != 0) {
            throw new IllegalStateException("The process has failed with status " + process.exitValue());
        }
        return lines;
    }

    private static Process start(Path directory) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // Narayana tells the same log as the rest, and only what is wrong.
                        "-Dorg.jboss.logging.provider=slf4j",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TransferProcess.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
