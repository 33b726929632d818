/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.message.ForeignMessages;
import io.peeklock.jms.message.MessageFreezer;
import io.peeklock.jms.message.PeeklockMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.Queue;
import jakarta.jms.QueueSender;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to its queue, or to any.
 *
 * <p>For the session's one thread; close from any.
 */
final class PeeklockProducer implements QueueSender {

    /** An anonymous producer forgets what it knows of queues beyond this many. */
    private static final int MAX_KNOWN_QUEUES = 1_000;

    private final SessionCore session;
    private final @Nullable PeeklockQueue queue;
    private final Map<EntityPath, QueueDescription> known = new HashMap<>();

    private SendOptions options = SendOptions.DEFAULT;
    private boolean messageIdDisabled;
    private boolean timestampDisabled;
    private volatile boolean closed;

    /** An anonymous producer. */
    PeeklockProducer(SessionCore session) {
        this.session = session;
        this.queue = null;
    }

    /** One that sends to this queue only. */
    PeeklockProducer(SessionCore session, PeeklockQueue queue, QueueDescription description) {
        this.session = session;
        this.queue = queue;
        known.put(queue.path(), description);
    }

    // ---- Sending

    @Override
    public void send(@Nullable Message message) throws JMSException {
        sendAndWait(ownQueue(), message, options);
    }

    @Override
    public void send(@Nullable Message message, int deliveryMode, int priority, long timeToLive) throws JMSException {
        sendAndWait(ownQueue(), message, SendOptions.of(deliveryMode, priority, timeToLive));
    }

    @Override
    public void send(@Nullable Destination destination, @Nullable Message message) throws JMSException {
        sendAndWait(anyQueue(destination), message, options);
    }

    @Override
    public void send(
            @Nullable Destination destination,
            @Nullable Message message,
            int deliveryMode,
            int priority,
            long timeToLive)
            throws JMSException {
        sendAndWait(anyQueue(destination), message, SendOptions.of(deliveryMode, priority, timeToLive));
    }

    @Override
    public void send(@Nullable Queue destination, @Nullable Message message) throws JMSException {
        send((Destination) destination, message);
    }

    @Override
    public void send(
            @Nullable Queue destination, @Nullable Message message, int deliveryMode, int priority, long timeToLive)
            throws JMSException {
        send((Destination) destination, message, deliveryMode, priority, timeToLive);
    }

    @Override
    public void send(@Nullable Message message, @Nullable CompletionListener listener) throws JMSException {
        sendAsync(ownQueue(), message, options, listener);
    }

    @Override
    public void send(
            @Nullable Message message,
            int deliveryMode,
            int priority,
            long timeToLive,
            @Nullable CompletionListener listener)
            throws JMSException {
        sendAsync(ownQueue(), message, SendOptions.of(deliveryMode, priority, timeToLive), listener);
    }

    @Override
    public void send(
            @Nullable Destination destination, @Nullable Message message, @Nullable CompletionListener listener)
            throws JMSException {
        sendAsync(anyQueue(destination), message, options, listener);
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
        sendAsync(anyQueue(destination), message, SendOptions.of(deliveryMode, priority, timeToLive), listener);
    }

    private void sendAndWait(PeeklockQueue to, @Nullable Message message, SendOptions with) throws JMSException {
        Waits.answer(
                submit(to, message, with),
                session.connection().settings().operationTimeout(),
                "sending to " + to.name());
    }

    private void sendAsync(
            PeeklockQueue to, @Nullable Message message, SendOptions with, @Nullable CompletionListener listener)
            throws JMSException {
        if (listener == null) {
            throw new IllegalArgumentException("an asynchronous send needs a completion listener, got null");
        }
        CompletableFuture<?> sent = submit(to, message, with);
        if (message != null) {
            session.asyncSends().add(sent, message, listener);
        }
    }

    private CompletableFuture<?> submit(PeeklockQueue to, @Nullable Message message, SendOptions with)
            throws JMSException {
        if (message == null) {
            throw new MessageFormatException("a message is needed, got null");
        }
        EntityPath path = Destinations.path(to);
        QueueDescription description = describe(path);
        long timeToLiveMs = with.timeToLiveMs();
        PeeklockMessage own =
                ForeignMessages.own(message, session.connection().settings().messages());
        long nowMs = System.currentTimeMillis();
        setHeaders(own, to, with, description, nowMs);
        session.connection().signature().sign(own);
        if (own != message) {
            copyHeaders(own, message);
        }
        return submit(path, JmsExceptions.translating(MessageFreezer.freeze(own, timeToLiveMs)::build));
    }

    private CompletableFuture<?> submit(EntityPath path, io.peeklock.broker.message.Message message)
            throws JMSException {
        boolean accepted = false;
        try {
            CompletableFuture<?> sent = session.send(path, message);
            accepted = !sent.isCompletedExceptionally();
            return sent;
        } finally {
            if (!accepted) {
                // The queue may be gone: the next send looks again.
                known.remove(path);
            }
        }
    }

    /** What a send sets (Jakarta Messaging 3.4.12). */
    private void setHeaders(
            PeeklockMessage message, PeeklockQueue to, SendOptions with, QueueDescription description, long nowMs) {
        long timeToLiveMs = with.cappedTimeToLiveMs(description.defaultTimeToLive());
        message.setJMSDestination(to);
        message.setJMSDeliveryMode(with.deliveryMode());
        message.setJMSPriority(with.priority());
        message.setJMSMessageID(
                messageIdDisabled ? null : session.connection().signature().nextMessageId());
        message.setJMSTimestamp(timestampDisabled ? 0 : nowMs);
        message.setJMSExpiration(timeToLiveMs == 0 ? 0 : SendOptions.sum(nowMs, timeToLiveMs));
        message.setJMSDeliveryTime(nowMs);
    }

    /** The application looks at its own object (Jakarta Messaging 3.12). */
    private static void copyHeaders(PeeklockMessage from, Message to) throws JMSException {
        to.setJMSDestination(from.getJMSDestination());
        to.setJMSDeliveryMode(from.getJMSDeliveryMode());
        to.setJMSPriority(from.getJMSPriority());
        to.setJMSMessageID(from.getJMSMessageID());
        to.setJMSTimestamp(from.getJMSTimestamp());
        to.setJMSExpiration(from.getJMSExpiration());
        to.setJMSDeliveryTime(from.getJMSDeliveryTime());
    }

    private QueueDescription describe(EntityPath path) throws JMSException {
        QueueDescription description = known.get(path);
        if (description == null) {
            description = session.resolve(path);
            if (known.size() >= MAX_KNOWN_QUEUES) {
                known.clear();
            }
            known.put(path, description);
        }
        return description;
    }

    private PeeklockQueue ownQueue() throws JMSException {
        requireOpen();
        PeeklockQueue own = queue;
        if (own == null) {
            throw new UnsupportedOperationException(
                    "an anonymous producer has no queue of its own; name one with send(destination, message)");
        }
        return own;
    }

    private PeeklockQueue anyQueue(@Nullable Destination destination) throws JMSException {
        requireOpen();
        if (queue != null) {
            throw new UnsupportedOperationException("the producer sends to " + queue.name()
                    + " only; use send(message), or a producer created with a null destination");
        }
        if (destination == null) {
            throw new InvalidDestinationException("a destination is needed, got null");
        }
        return Destinations.queue(destination);
    }

    // ---- Settings

    @Override
    public void setDisableMessageID(boolean value) throws JMSException {
        requireOpen();
        messageIdDisabled = value;
    }

    @Override
    public boolean getDisableMessageID() throws JMSException {
        requireOpen();
        return messageIdDisabled;
    }

    @Override
    public void setDisableMessageTimestamp(boolean value) throws JMSException {
        requireOpen();
        timestampDisabled = value;
    }

    @Override
    public boolean getDisableMessageTimestamp() throws JMSException {
        requireOpen();
        return timestampDisabled;
    }

    @Override
    public void setDeliveryMode(int deliveryMode) throws JMSException {
        requireOpen();
        options = SendOptions.of(deliveryMode, options.priority(), options.timeToLiveMs());
    }

    @Override
    public int getDeliveryMode() throws JMSException {
        requireOpen();
        return options.deliveryMode();
    }

    @Override
    public void setPriority(int priority) throws JMSException {
        requireOpen();
        options = SendOptions.of(options.deliveryMode(), priority, options.timeToLiveMs());
    }

    @Override
    public int getPriority() throws JMSException {
        requireOpen();
        return options.priority();
    }

    @Override
    public void setTimeToLive(long timeToLive) throws JMSException {
        requireOpen();
        options = SendOptions.of(options.deliveryMode(), options.priority(), timeToLive);
    }

    @Override
    public long getTimeToLive() throws JMSException {
        requireOpen();
        return options.timeToLiveMs();
    }

    @Override
    public void setDeliveryDelay(long deliveryDelay) throws JMSException {
        requireOpen();
        SendOptions.requireNoDelay(deliveryDelay);
    }

    @Override
    public long getDeliveryDelay() throws JMSException {
        requireOpen();
        return 0;
    }

    @Override
    public @Nullable Destination getDestination() throws JMSException {
        requireOpen();
        return queue;
    }

    @Override
    public @Nullable Queue getQueue() throws JMSException {
        requireOpen();
        return queue;
    }

    @Override
    public void close() throws JMSException {
        session.requireNoCompletionListener("close");
        closed = true;
        try {
            session.asyncSends().awaitAll();
        } catch (InterruptedException e) {
            throw JmsExceptions.interrupted("waiting for asynchronous sends before the close of a producer", e);
        }
    }

    private void requireOpen() throws JMSException {
        session.requireOpen();
        if (closed) {
            throw JmsExceptions.closed("producer");
        }
    }
}
