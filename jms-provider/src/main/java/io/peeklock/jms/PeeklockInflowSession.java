/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.Settlement;
import io.peeklock.jms.message.PeeklockMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * An XA session whose one consumer is asked for one message at a time.
 *
 * <p>As {@link InflowSession}.
 */
final class PeeklockInflowSession implements InflowSession {

    private final SessionCore core;
    private final XaAcknowledgement acknowledgement;
    private final ConsumerSource source;
    private final Receiver receiver;
    private final AtomicReference<@Nullable CompletableFuture<Delivery>> request = new AtomicReference<>();
    private volatile boolean closed;

    /** @param consumer that nobody receives from otherwise, but sessions like this */
    PeeklockInflowSession(SessionCore core, PeeklockConsumer consumer) {
        this.core = core;
        this.acknowledgement = core.xaAcknowledgement();
        this.source = consumer.source();
        this.receiver = consumer.receiver();
    }

    SessionCore core() {
        return core;
    }

    @Override
    public XAResource getXAResource() {
        return acknowledgement.resource();
    }

    // ---- A message comes

    @Override
    public boolean ask(Runnable arrived) {
        CompletableFuture<Delivery> asked = receiver.receive();
        takeBack(request.getAndSet(asked));
        if (closed) {
            // By a close that took back before.
            recall();
            return false;
        }
        if (asked.isDone()) {
            return true;
        }
        asked.whenComplete((delivery, failure) -> {
            if (request.get() == asked) {
                core.threads().execute(arrived);
            }
        });
        return false;
    }

    @Override
    public void recall() {
        takeBack(request.getAndSet(null));
    }

    private void takeBack(@Nullable CompletableFuture<Delivery> asked) {
        if (asked != null && !receiver.cancel(asked)) {
            asked.thenAccept(core.settlements()::release);
        }
    }

    @Override
    public @Nullable Message take() throws JMSException {
        CompletableFuture<Delivery> asked = request.getAndSet(null);
        if (asked == null) {
            return null;
        }
        Delivery delivery;
        try {
            delivery = Waits.withoutInterruption(asked);
        } catch (CancellationException e) {
            return null;
        } catch (ExecutionException e) {
            throw JmsExceptions.of(e.getCause() == null ? e : e.getCause());
        }
        return hand(delivery);
    }

    private Message hand(Delivery delivery) throws JMSException {
        boolean done = false;
        try {
            PeeklockMessage message = core.handover().thaw(source.destination(), delivery);
            acknowledgement.hand(new MessageInHand(core, delivery));
            done = true;
            return message;
        } finally {
            if (!done) {
                core.settlements().release(delivery);
            }
        }
    }

    @Override
    public void work(Message message, Runnable endpoint) {
        MessageTracing tracing = core.connection().settings().tracing();
        if (tracing == null) {
            endpoint.run();
            return;
        }
        MessageTracing.Operation traced = Traces.begin(() -> tracing.process(TracedEntity.of(source), message));
        Throwable failure = null;
        try {
            endpoint.run();
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        } finally {
            Traces.end(traced, failure);
        }
    }

    // ---- What becomes of it

    @Override
    public void ifRolledBack(String description, long delayMs, int maxDeliveries) {
        inHand().ifRolledBack(new Settlement.Fail(delayMs, maxDeliveries, description));
    }

    @Override
    public void finish(boolean failed, String description, long delayMs, int maxDeliveries, Runnable over) {
        inHand().finish(failed, new Settlement.Fail(delayMs, maxDeliveries, description), over);
    }

    @Override
    public void release() {
        inHand().settleNow(Settlement.RELEASE);
    }

    @Override
    public boolean deadLetter(String reason, String description) {
        MessageInHand message = inHand();
        if (message.isDeadLetter()) {
            return false;
        }
        message.settleNow(new Settlement.DeadLetter(reason, description, Map.of()));
        return true;
    }

    private MessageInHand inHand() {
        MessageInHand message = acknowledgement.inHand();
        if (message == null) {
            throw new IllegalStateException("the session was given no message");
        }
        return message;
    }

    /** Its consumer may be another's too, and is not closed here. */
    void close() throws JMSException {
        closed = true;
        recall();
        MessageInHand message = acknowledgement.inHand();
        if (message != null) {
            message.close();
        }
        core.close();
    }
}
