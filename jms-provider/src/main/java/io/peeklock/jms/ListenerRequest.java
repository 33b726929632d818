/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.SharedCredit;
import jakarta.jms.JMSException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The request of one consumer whose listener waits for a message.
 *
 * <p>Made and looked at by whoever runs the session's listeners, one thread at a time; taken back by any.
 */
final class ListenerRequest {

    private final SessionCore session;
    private final PeeklockConsumer consumer;

    /** What the session's listeners share, or null: in a transaction requests depend on what it has. */
    private final @Nullable SharedCredit credit;

    /** What the listener waits for. Whoever takes it out deals with it. */
    private final AtomicReference<@Nullable CompletableFuture<Delivery>> outstanding = new AtomicReference<>();

    ListenerRequest(SessionCore session, PeeklockConsumer consumer) {
        this.session = session;
        this.consumer = consumer;
        this.credit =
                session.mode().hasTransactions() ? null : session.listeners().credit();
    }

    /** The message that was given is done with. Who shares no credit has nothing to give back. */
    void done() {
        if (credit != null) {
            credit.giveBack();
        }
    }

    private CompletableFuture<Delivery> asked() throws JMSException {
        CompletableFuture<Delivery> request = outstanding.get();
        if (request == null) {
            request = consumer.request(session.acknowledgement().transaction(), false, credit);
            outstanding.set(request);
            if (credit == null) {
                session.listeners().asks(consumer);
            }
            if (!request.isDone()) {
                request.whenComplete((delivery, failure) -> {
                    if (failure == null) {
                        session.listeners().came(consumer);
                    } else {
                        // Mostly taken back, from thousands at once if their connection stops.
                        session.listeners().begin();
                    }
                });
            }
        }
        return request;
    }

    /** Asks for a message; false if there is none yet: then the session's listeners are woken when there is. */
    boolean ask() {
        try {
            boolean found = consumer.listens() && asked().isDone();
            // As in {@link #poll}.
            if (consumer.listens()) {
                return found;
            }
            recall();
            return false;
        } catch (JMSException | RuntimeException | Error e) {
            // It comes again where somebody is told.
            return true;
        }
    }

    /**
     * The next message for the listener, or null if there is none yet: then the session's listeners are woken when there
     * is. Who is given one says when it is {@link #done}.
     */
    @Nullable
    Delivery poll() throws JMSException {
        while (true) {
            CompletableFuture<Delivery> request = asked();
            // Whoever shuts or takes the listener away takes back after: between the two, this sees it.
            if (!consumer.listens()) {
                recall();
                return null;
            }
            if (!request.isDone() || !outstanding.compareAndSet(request, null)) {
                return null;
            }
            try {
                return Waits.withoutInterruption(request);
            } catch (CancellationException e) {
                if (!consumer.listens()) {
                    return null;
                }
                // Taken back to be asked again, for another partition.
            } catch (ExecutionException e) {
                throw JmsExceptions.of(e.getCause() == null ? e : e.getCause());
            }
        }
    }

    /** Takes back what the listener waits for. Any thread. */
    void recall() {
        if (credit == null) {
            session.listeners().asksNoMore(consumer);
        }
        CompletableFuture<Delivery> request = outstanding.getAndSet(null);
        if (request != null && !consumer.receiver().cancel(request)) {
            request.thenAccept(delivery -> {
                try {
                    session.settlements().release(delivery);
                } finally {
                    done();
                }
            });
        }
    }
}
