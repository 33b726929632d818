/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.error.BrokerException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one receiver that wait, in the order in which they came.
 *
 * <p>Thread safe.
 */
final class WaitingRequests {
    private final Queue<Request> waiting = new ConcurrentLinkedQueue<>();

    void add(Request request) {
        waiting.add(request);
    }

    void remove(Request request) {
        waiting.remove(request);
    }

    void forEach(Consumer<Request> action) {
        waiting.forEach(action);
    }

    /** Whether any waits, whichever partition may serve it. */
    boolean isAny() {
        for (Request request : waiting) {
            if (request.isWaiting()) {
                return true;
            }
        }
        return false;
    }

    /** The first that this partition may serve and that suits, or null. */
    @Nullable
    Request find(int partition, Predicate<Request> suits) {
        for (Request request : waiting) {
            if (request.isWaitingFor(partition) && suits.test(request)) {
                return request;
            }
        }
        return null;
    }

    /** Takes that one out for the partition, or null if there is none (any more). */
    @Nullable
    Request claim(int partition, Predicate<Request> suits) {
        for (Request request : waiting) {
            if (request.isWaitingFor(partition) && suits.test(request) && request.claim()) {
                waiting.remove(request);
                return request;
            }
        }
        return null;
    }

    /** Ends all that nobody has claimed. */
    void endAll(BrokerException cause) {
        for (Request request = waiting.poll(); request != null; request = waiting.poll()) {
            if (request.takeBack()) {
                request.endWith(cause);
            }
        }
    }
}
