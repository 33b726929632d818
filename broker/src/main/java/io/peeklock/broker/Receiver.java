/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.error.BrokerException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages from one entity, over all its partitions (rule P8). Nothing is fetched that was not asked for (rule
 * Q5).
 *
 * <p>Thread safe. Closing it gives back what was on its way; locks of messages that were handed out stay until they are
 * settled.
 */
public interface Receiver extends AutoCloseable {

    /**
     * Asks for one message. The future completes when there is one, on a thread of the broker, so that dependants must
     * be quick; or fails with a {@link BrokerException} (entity deleted or disabled, receiver closed). Take a request back
     * with {@link #cancel}. A future that was ended otherwise, by a time-out of its own for example, gets no message
     * either; but in receive-and-delete, once a message is being removed for it, only the message ends it.
     */
    CompletableFuture<Delivery> receive();

    /** Asks for one message of one partition only: a transaction is fed from the one it is pinned to (rule P11). */
    default CompletableFuture<Delivery> receive(int partition) {
        return receive(partition, null);
    }

    /**
     * Asks for one message of one partition and session only: the session is the key of a transaction (rule P10). A receiver that
     * holds another session gives that back, if nothing of it is unsettled. Requests made after this one may wait with it.
     *
     * @param sessionId null for any; without meaning where no sessions are required, and to a receiver that takes one only
     */
    default CompletableFuture<Delivery> receive(int partition, @Nullable String sessionId) {
        return receive(partition, sessionId, null);
    }

    /**
     * The same with a credit that other receivers share. Who is given a message has the credit, and gives it back; of a
     * request that ends otherwise the receiver gives it back.
     *
     * @param partition the only one, or -1 for all
     * @param credit the same in all requests of this receiver that have one, or null for none
     */
    CompletableFuture<Delivery> receive(int partition, @Nullable String sessionId, @Nullable SharedCredit credit);

    /**
     * Asks for a message that is there now. If no partition has one, the future is cancelled, after all that might have
     * one were asked: a message whose send has completed is found.
     *
     * @param partition the only partition to ask, or -1 for all
     */
    default CompletableFuture<Delivery> receiveNow(int partition) {
        return receiveNow(partition, null);
    }

    /** The same for one session only, see {@link #receive(int, String)}. */
    CompletableFuture<Delivery> receiveNow(int partition, @Nullable String sessionId);

    /**
     * Receives deferred messages, by their numbers, of the session that this receiver holds now: all of them or none (rules F2,
     * F3, F6), in the order in which they are named. Fails with InvalidOperation if it takes single messages, which {@link
     * Namespace#receiveDeferred} receives; with SessionLockLost if it holds no session now; with MessageNotFound, naming those
     * that are not there.
     *
     * @param sequenceNumbers at most 250
     */
    CompletableFuture<List<Delivery>> receiveDeferred(Collection<Long> sequenceNumbers);

    /**
     * Takes back a request.
     *
     * @return true if it will never get a message: its future is cancelled; false if it has completed or is about to,
     *     so the caller waits for it (a short time) and has the message, or releases it (rule L10); should the message's
     *     partition fail just then, the future is cancelled
     */
    boolean cancel(CompletableFuture<Delivery> request);

    /**
     * Ends every request with {@code Closed}; a message that is on its way goes back uncounted, unless it was removed
     * when it was handed out. Idempotent, does not block.
     */
    @Override
    void close();
}
