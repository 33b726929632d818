/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import java.util.concurrent.CompletableFuture;

/**
 * The answer to a send: the message's sequence number. Gives its bytes back to the send window when the partition is done
 * with it, whatever its sender does with the future.
 *
 * <p>The future is thread safe; the rest is owned by the partition's driver.
 */
final class SendReply extends CompletableFuture<Long> implements Round.Reply {
    private final SendWindow window;
    private final long bytes;
    private long sequenceNumber;
    private boolean left;

    SendReply(SendWindow window, long bytes) {
        this.window = window;
        this.bytes = bytes;
    }

    long bytes() {
        return bytes;
    }

    void decided(long number) {
        sequenceNumber = number;
    }

    @Override
    public void give() {
        leave();
        complete(sequenceNumber);
    }

    @Override
    public void fail(BrokerException cause) {
        leave();
        completeExceptionally(cause);
    }

    @Override
    public boolean isLast() {
        return true;
    }

    private void leave() {
        if (!left) {
            left = true;
            window.leave(bytes);
        }
    }
}
