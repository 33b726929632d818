/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.transfer;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The program that is killed: transfers orders until there are none, and says each.
 *
 * <p>Used once, by one thread.
 */
final class TransferProcess {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private TransferProcess() {}

    /** Takes the directory. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        Shop shop = new Shop(directory);
        try (Transfer transfer = new Transfer(directory)) {
            boolean done = false;
            while (!done) {
                if (transfer.transferOne(PATIENCE)) {
                    System.out.println("transferred");
                } else {
                    // What an earlier process has left in doubt is in the queue until it is recovered.
                    done = shop.isQueueEmpty() && !transfer.isInDoubt();
                }
            }
        }
    }
}
