/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.jms.destination.PeeklockDestination;
import io.peeklock.jms.message.ForeignMessages;
import io.peeklock.jms.message.MessageFreezer;
import io.peeklock.jms.message.PeeklockMessage;
import io.peeklock.tx.Transaction;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to its destination, or to any.
 *
 * <p>For the session's one thread; close from any.
 */
class PeeklockProducer implements MessageProducer {

    private final SessionCore session;
    private final @Nullable PeeklockDestination fixed;
    private final KnownDestinations known;
    private final SentHeaders headers;

    private SendOptions options = SendOptions.DEFAULT;
    private volatile boolean closed;

    /** An anonymous producer. */
    PeeklockProducer(SessionCore session) {
        this.session = session;
        this.fixed = null;
        this.known = new KnownDestinations(session);
        this.headers = new SentHeaders(session.connection().signature());
    }

    /** One that sends to this destination only. */
    PeeklockProducer(SessionCore session, PeeklockDestination fixed, EntitySettings settings) {
        this.session = session;
        this.fixed = fixed;
        this.known = new KnownDestinations(session);
        this.headers = new SentHeaders(session.connection().signature());
        known.put(fixed.path(), settings);
    }

    // ---- Sending

    @Override
    public void send(@Nullable Message message) throws JMSException {
        sendAndWait(ownDestination(), message, options);
    }

    @Override
    public void send(@Nullable Message message, int deliveryMode, int priority, long timeToLive) throws JMSException {
        sendAndWait(ownDestination(), message, options.with(deliveryMode, priority, timeToLive));
    }

    @Override
    public void send(@Nullable Destination destination, @Nullable Message message) throws JMSException {
        sendAndWait(anyDestination(destination), message, options);
    }

    @Override
    public void send(
            @Nullable Destination destination,
            @Nullable Message message,
            int deliveryMode,
            int priority,
            long timeToLive)
            throws JMSException {
        sendAndWait(anyDestination(destination), message, options.with(deliveryMode, priority, timeToLive));
    }

    @Override
    public void send(@Nullable Message message, @Nullable CompletionListener listener) throws JMSException {
        sendAsync(ownDestination(), message, options, listener);
    }

    @Override
    public void send(
            @Nullable Message message,
            int deliveryMode,
            int priority,
            long timeToLive,
            @Nullable CompletionListener listener)
            throws JMSException {
        sendAsync(ownDestination(), message, options.with(deliveryMode, priority, timeToLive), listener);
    }

    @Override
    public void send(
            @Nullable Destination destination, @Nullable Message message, @Nullable CompletionListener listener)
            throws JMSException {
        sendAsync(anyDestination(destination), message, options, listener);
    }

    @Override
    public void send(
            @Nullable Destination destination,
            @Nullable Message message,
            int deliveryMode,
            int priority,
            long timeToLive,
            @Nullable CompletionListener listener)
            throws JMSException {
        sendAsync(anyDestination(destination), message, options.with(deliveryMode, priority, timeToLive), listener);
    }

    private void sendAndWait(PeeklockDestination to, @Nullable Message message, SendOptions with) throws JMSException {
        SendTrace trace = trace(to, "send");
        if (trace == null) {
            sendAndWait(to, message, with, null);
        } else {
            trace.around(() -> {
                sendAndWait(to, message, with, trace);
                return true;
            });
        }
    }

    private void sendAndWait(
            PeeklockDestination to, @Nullable Message message, SendOptions with, @Nullable SendTrace trace)
            throws JMSException {
        CompletableFuture<?> sent = submit(to, message, with, trace);
        if (with.deliveryMode() == DeliveryMode.NON_PERSISTENT) {
            Waits.letOthersRun(sent);
        }
        Waits.answer(sent, session.connection().settings().operationTimeout(), "sending to " + to.name());
    }

    /** Null if nobody traces. */
    private @Nullable SendTrace trace(PeeklockDestination to, String operation) throws JMSException {
        MessageTracing tracing = session.connection().settings().tracing();
        return tracing == null ? null : new SendTrace(tracing, TracedEntity.of(to), operation);
    }

    private void sendAsync(
            PeeklockDestination to, @Nullable Message message, SendOptions with, @Nullable CompletionListener listener)
            throws JMSException {
        if (listener == null) {
            throw new IllegalArgumentException("an asynchronous send needs a completion listener, got null");
        }
        if (message == null) {
            throw noMessage();
        }
        SendTrace trace = trace(to, "send");
        if (trace == null) {
            session.asyncSends().send(this, message, listener, () -> submit(to, message, with, null));
            return;
        }
        trace.beginning(() -> {
            session.asyncSends().send(this, message, trace.before(listener), () -> submit(to, message, with, trace));
            return true;
        });
    }

    private CompletableFuture<?> submit(
            PeeklockDestination to, @Nullable Message message, SendOptions with, @Nullable SendTrace trace)
            throws JMSException {
        EntityPath path = Destinations.path(to);
        boolean azure = session.connection().bus().config().profile() == Profile.AZURE;
        io.peeklock.broker.message.Message frozen = freeze(to, path, message, with, nowMs(), azure, trace);
        return known.send(path, () -> session.send(path, frozen));
    }

    private long nowMs() {
        return session.connection().broker().clock().wallTimeMs();
    }

    /** Has a message enqueued at a time, and gives its number (rule N3); in a transaction by the commit (rule N5). */
    final long schedule(PeeklockDestination to, @Nullable Message message, Instant enqueueAt, Duration timeToLive)
            throws JMSException {
        requireOpen();
        SendTrace trace = trace(to, "schedule");
        return trace == null
                ? schedule(to, message, enqueueAt, timeToLive, null)
                : trace.around(() -> schedule(to, message, enqueueAt, timeToLive, trace));
    }

    private long schedule(
            PeeklockDestination to,
            @Nullable Message message,
            Instant enqueueAt,
            Duration timeToLive,
            @Nullable SendTrace trace)
            throws JMSException {
        EntityPath path = Destinations.path(to);
        long nowMs = nowMs();
        long delayMs = Math.max(0, OutgoingMessage.scheduledMs(enqueueAt) - nowMs);
        SendOptions with = options.withTimeToLive(timeToLive.toMillis()).withDeliveryDelay(delayMs);
        io.peeklock.broker.message.Message frozen = freeze(to, path, message, with, nowMs, true, trace);
        Transaction in = session.acknowledgement().begin();
        CompletableFuture<Long> scheduled = known.send(
                path,
                () -> JmsExceptions.translating(() -> in == null
                        ? session.connection().bus().schedule(path, frozen, enqueueAt)
                        : in.schedule(path, frozen, enqueueAt)));
        try {
            return Waits.answer(
                    scheduled,
                    session.connection().settings().operationTimeout(),
                    "scheduling a message to " + to.name());
        } finally {
            // Nobody was told that it is in the transaction: then it must not be.
            scheduled.cancel(false);
        }
    }

    /** @param livesFromDelivery whether the time to live counts from the time of delivery (rule T8) */
    private io.peeklock.broker.message.Message freeze(
            PeeklockDestination to,
            EntityPath path,
            @Nullable Message message,
            SendOptions with,
            long nowMs,
            boolean livesFromDelivery,
            @Nullable SendTrace trace)
            throws JMSException {
        if (message == null) {
            throw noMessage();
        }
        EntitySettings settings = known.settings(path);
        PeeklockMessage own =
                ForeignMessages.own(message, session.connection().settings().messages());
        headers.set(own, to, with, settings, nowMs, livesFromDelivery);
        session.connection().signature().sign(own);
        if (trace != null) {
            trace.begin(own);
        }
        if (own != message) {
            SentHeaders.copy(own, message);
        }
        io.peeklock.broker.message.Message.Builder frozen =
                MessageFreezer.freeze(own, with.timeToLiveMs()).deliveryDelayMs(with.deliveryDelayMs());
        if (path.kind() == EntityKind.TOPIC) {
            frozen.origin(session.connection().origin());
        }
        return JmsExceptions.translating(frozen::build);
    }

    private static MessageFormatException noMessage() {
        return new MessageFormatException("a message is needed, got null");
    }

    private PeeklockDestination ownDestination() throws JMSException {
        requireOpen();
        PeeklockDestination to = fixed;
        if (to == null) {
            throw new UnsupportedOperationException(
                    "an anonymous producer has no destination of its own; name one with send(destination, message)");
        }
        return to;
    }

    private PeeklockDestination anyDestination(@Nullable Destination destination) throws JMSException {
        requireOpen();
        if (fixed != null) {
            throw new UnsupportedOperationException("the producer sends to " + fixed.name()
                    + " only; use send(message), or a producer created with a null destination");
        }
        return Destinations.own(destination);
    }

    // ---- Settings

    @Override
    public void setDisableMessageID(boolean value) throws JMSException {
        requireOpen();
        headers.disableMessageId(value);
    }

    @Override
    public boolean getDisableMessageID() throws JMSException {
        requireOpen();
        return headers.isMessageIdDisabled();
    }

    @Override
    public void setDisableMessageTimestamp(boolean value) throws JMSException {
        requireOpen();
        headers.disableTimestamp(value);
    }

    @Override
    public boolean getDisableMessageTimestamp() throws JMSException {
        requireOpen();
        return headers.isTimestampDisabled();
    }

    @Override
    public void setDeliveryMode(int deliveryMode) throws JMSException {
        requireOpen();
        options = options.withDeliveryMode(deliveryMode);
    }

    @Override
    public int getDeliveryMode() throws JMSException {
        requireOpen();
        return options.deliveryMode();
    }

    @Override
    public void setPriority(int priority) throws JMSException {
        requireOpen();
        options = options.withPriority(priority);
    }

    @Override
    public int getPriority() throws JMSException {
        requireOpen();
        return options.priority();
    }

    @Override
    public void setTimeToLive(long timeToLive) throws JMSException {
        requireOpen();
        options = options.withTimeToLive(timeToLive);
    }

    @Override
    public long getTimeToLive() throws JMSException {
        requireOpen();
        return options.timeToLiveMs();
    }

    @Override
    public void setDeliveryDelay(long deliveryDelay) throws JMSException {
        requireOpen();
        options = options.withDeliveryDelay(deliveryDelay);
    }

    @Override
    public long getDeliveryDelay() throws JMSException {
        requireOpen();
        return options.deliveryDelayMs();
    }

    @Override
    public @Nullable Destination getDestination() throws JMSException {
        requireOpen();
        return fixed;
    }

    @Override
    public void close() throws JMSException {
        if (session.asyncSends().isCallbackOf(this)) {
            throw JmsExceptions.invalidOperation(
                    "a completion listener must not close the producer that it was sent with");
        }
        closed = true;
        try {
            session.asyncSends().awaitAllOf(this);
        } catch (InterruptedException e) {
            throw JmsExceptions.interrupted(
                    "waiting for the asynchronous sends of a producer",
                    "it is closed, and their listeners will still be called",
                    e);
        }
    }

    final void requireOpen() throws JMSException {
        session.requireOpen();
        if (closed) {
            throw JmsExceptions.closed("producer");
        }
    }
}
