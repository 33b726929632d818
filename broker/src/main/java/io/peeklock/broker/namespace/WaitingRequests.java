/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.partition.ReceiveRequest;
import io.peeklock.broker.partition.RequestFlags;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one receiver that nobody has claimed yet, in their order, and its flag that says so.
 *
 * <p>Thread safe: several partitions claim from it.
 */
final class WaitingRequests {
    private final RequestFlags flags;
    private final int slot;
    private final Queue<Request> waiting = new ConcurrentLinkedQueue<>();
    /** One object, so that a shared credit knows it again. */
    private final Runnable askAgain;

    /** @param askAgain looks for messages for all of them: something came while others had the credit that they share */
    WaitingRequests(RequestFlags flags, Runnable askAgain) {
        this.flags = flags;
        this.askAgain = askAgain;
        this.slot = flags.takeSlot();
    }

    int slot() {
        return slot;
    }

    void giveBackSlot() {
        flags.giveBackSlot(slot);
    }

    void add(Request request) {
        waiting.add(request);
        raise();
    }

    void raise() {
        flags.raise(slot);
    }

    void remove(Request request) {
        waiting.remove(request);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void forEach(Consumer<Request> what) {
        waiting.forEach(what);
    }

    /** Whether one waits that may be served now, whichever partition may do so. */
    boolean isAnyWaiting() {
        for (Request request : waiting) {
            if (request.isWaiting() && request.hasCredit(askAgain)) {
                return true;
            }
        }
        return false;
    }

    /** The one that this partition may serve before others, or null. */
    @Nullable
    Request firstFor(int partition) {
        for (Request request : waiting) {
            if (request.isWaitingFor(partition)) {
                return request;
            }
        }
        return null;
    }

    boolean isAnyWaitingFor(int partition, Predicate<Request> suits) {
        for (Request request : waiting) {
            if (request.isWaitingFor(partition) && suits.test(request) && request.hasCredit(askAgain)) {
                return true;
            }
        }
        return false;
    }

    /** Whether some wait, and none of them is such a one; with the credit or without. */
    boolean isNoneSuch(Predicate<Request> such) {
        boolean some = false;
        for (Request request : waiting) {
            if (request.isWaiting()) {
                if (such.test(request)) {
                    return false;
                }
                some = true;
            }
        }
        return some;
    }

    @Nullable
    ReceiveRequest claim(int partition, Predicate<Request> suits) {
        for (Request request : waiting) {
            if (request.isWaitingFor(partition) && suits.test(request)) {
                if (request.claim(askAgain)) {
                    waiting.remove(request);
                    return request;
                }
            }
        }
        return null;
    }

    /** Those that are claimed meanwhile end otherwise. */
    void endAll(BrokerException cause) {
        for (Request request = waiting.poll(); request != null; request = waiting.poll()) {
            if (request.takeBack()) {
                request.endWith(cause);
            }
        }
    }
}
