/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.tx.Transaction;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Receives deferred messages of one queue by their numbers, for the session that settles them (rules F2, F3).
 *
 * <p>For the session's one thread, once.
 */
final class DeferredMessages {

    private final SessionCore session;
    private final PeeklockQueue queue;
    private final @Nullable Receiver held;

    DeferredMessages(SessionCore session, PeeklockQueue queue) {
        this(session, queue, null);
    }

    /** @param held the session of the bus to which they belong (rule F6), null where there are none */
    DeferredMessages(SessionCore session, PeeklockQueue queue, @Nullable Receiver held) {
        this.session = session;
        this.queue = queue;
        this.held = held;
    }

    List<Message> receive(long... sequenceNumbers) throws JMSException {
        if (!session.gate().isListener()) {
            session.requireNoListener();
        }
        if (!session.gate().isOpen()) {
            throw stopped();
        }
        List<Delivery> deliveries;
        Transaction in = session.acknowledgement().begin();
        try {
            session.acknowledgement().awaitBeforeNext();
            // Before others find that what a transaction had is not there any more, because its time was over.
            session.acknowledgement().requireRoom(in, (int)
                    Arrays.stream(sequenceNumbers).distinct().count());
            deliveries = fetch(Arrays.stream(sequenceNumbers).boxed().toList(), in);
        } catch (InterruptedException e) {
            throw JmsExceptions.notBegun("receiving deferred messages of " + queue.name(), e);
        }
        List<Message> messages = new ArrayList<>(deliveries.size());
        for (Delivery delivery : deliveries) {
            messages.add(session.handover().thaw(queue, delivery));
        }
        deliveries.forEach(session.acknowledgement()::received);
        return messages;
    }

    private List<Delivery> fetch(List<Long> numbers, @Nullable Transaction in) throws JMSException {
        Receiver of = held;
        if (of != null) {
            return taken(of.receiveDeferred(numbers), in);
        }
        EntityPath path = Destinations.path(queue);
        try {
            return fetch(path, numbers, in);
        } catch (JMSException e) {
            if (!ErrorCode.InvalidOperation.name().equals(e.getErrorCode())) {
                throw e;
            }
            return fetchAsHolder(path, numbers, in, e);
        }
    }

    /** Where sessions are required, one of the session's plain consumers may hold the one that is meant (rule F6). */
    private List<Delivery> fetchAsHolder(
            EntityPath path, List<Long> numbers, @Nullable Transaction in, JMSException refused) throws JMSException {
        JMSException last = refused;
        for (PeeklockConsumer consumer : session.consumers()) {
            if (!(consumer instanceof SessionConsumer)
                    && consumer.source().path().equals(path)) {
                List<Delivery> deliveries;
                try {
                    deliveries = answer(consumer.receiver().receiveDeferred(numbers));
                } catch (JMSException e) {
                    last = ErrorCode.InvalidOperation.name().equals(e.getErrorCode()) ? last : e;
                    continue;
                }
                return taken(deliveries, in);
            }
        }
        throw last;
    }

    private List<Delivery> fetch(EntityPath path, List<Long> numbers, @Nullable Transaction in) throws JMSException {
        boolean removes = session.acknowledgement().settlesFirst();
        ReceiverOptions options = new ReceiverOptions(
                        removes ? ReceiveMode.RECEIVE_AND_DELETE : ReceiveMode.PEEK_LOCK,
                        null,
                        session.connection().settings().autoRenew(session.mode()))
                .heldBy(session.connection().holder())
                .telling(session.unacknowledged());
        CompletableFuture<List<Delivery>> request =
                JmsExceptions.translating(() -> session.connection().bus().receiveDeferred(path, numbers, options));
        return removes ? removed(request) : taken(request, in);
    }

    /** Waits for what comes under lock; in mode 100 it goes before it is handed over. */
    private List<Delivery> taken(CompletableFuture<List<Delivery>> request, @Nullable Transaction in)
            throws JMSException {
        return taken(answer(request), in);
    }

    private List<Delivery> answer(CompletableFuture<List<Delivery>> request) throws JMSException {
        return Waits.answerOrUndo(
                request,
                session.connection().settings().operationTimeout(),
                "receiving deferred messages of " + queue.name(),
                () -> request.thenAccept(this::release));
    }

    private List<Delivery> taken(List<Delivery> deliveries, @Nullable Transaction in) throws JMSException {
        take(deliveries, in);
        if (session.acknowledgement().settlesFirst()) {
            complete(deliveries);
        }
        return deliveries;
    }

    /** They were held under lock in a mode without: all of them go, durably, or none (rule L1). */
    private void complete(List<Delivery> deliveries) throws JMSException {
        if (deliveries.isEmpty()) {
            return;
        }
        List<LockToken> tokens =
                deliveries.stream().map(Delivery::requireLockToken).toList();
        PartitionCommit all = new PartitionCommit(tokens.get(0).partition(), List.of(), tokens);
        try {
            Waits.withoutInterruption(session.connection().bus().commit(all));
        } catch (ExecutionException e) {
            throw JmsExceptions.of(e.getCause() == null ? e : e.getCause());
        }
    }

    /** They are gone from the queue: only the end of the wait can hand them over, not an interruption. */
    private static List<Delivery> removed(CompletableFuture<List<Delivery>> request) throws JMSException {
        try {
            return Waits.withoutInterruption(request);
        } catch (ExecutionException e) {
            throw JmsExceptions.of(e.getCause() == null ? e : e.getCause());
        }
    }

    /** They are the session's from here on, all or none. */
    private void take(List<Delivery> deliveries, @Nullable Transaction in) throws JMSException {
        boolean taken = false;
        try {
            session.acknowledgement().requireRoom(in, deliveries.size());
            taken = session.gate().passToCall(() -> {
                        session.acknowledgement().deliver(deliveries, in);
                        for (Delivery delivery : deliveries) {
                            session.unacknowledged().received(delivery.requireLockToken());
                        }
                        return true;
                    })
                    != null;
            if (!taken) {
                throw stopped();
            }
        } finally {
            if (!taken) {
                release(deliveries);
            }
        }
    }

    private void release(List<Delivery> deliveries) {
        deliveries.forEach(session.settlements()::release);
    }

    private static IllegalStateException stopped() {
        return JmsExceptions.invalidOperation("deferred messages can be received while the connection is started only");
    }
}
