/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.destination.PeeklockTopic;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session as the application sees it: makes messages, destinations, producers, consumers and browsers.
 *
 * <p>For one thread at a time; {@link #close()} from any. The work is done by its {@link SessionCore}.
 */
sealed class PeeklockSession implements BusSession permits PeeklockXASession {

    private final SessionCore core;
    private final SessionKind kind;
    private final Consumers consumers;
    private final Producers producers;
    private final NewMessages newMessages;
    private final UntouchedMessages untouched;

    PeeklockSession(SessionCore core, SessionKind kind) {
        this.core = core;
        this.kind = kind;
        this.consumers = new Consumers(core);
        this.producers = new Producers(core);
        this.newMessages = new NewMessages(core);
        this.untouched = new UntouchedMessages(core);
    }

    // ---- Messages

    @Override
    public BytesMessage createBytesMessage() throws JMSException {
        return newMessages.bytes();
    }

    @Override
    public MapMessage createMapMessage() throws JMSException {
        return newMessages.map();
    }

    @Override
    public Message createMessage() throws JMSException {
        return newMessages.withoutBody();
    }

    @Override
    public ObjectMessage createObjectMessage() throws JMSException {
        return newMessages.object();
    }

    @Override
    public ObjectMessage createObjectMessage(@Nullable Serializable object) throws JMSException {
        return newMessages.object(object);
    }

    @Override
    public StreamMessage createStreamMessage() throws JMSException {
        return newMessages.stream();
    }

    @Override
    public TextMessage createTextMessage() throws JMSException {
        return newMessages.text();
    }

    @Override
    public TextMessage createTextMessage(@Nullable String text) throws JMSException {
        return newMessages.text(text);
    }

    // ---- Mode, acknowledgement, transaction

    @Override
    public boolean getTransacted() throws JMSException {
        core.requireOpen();
        return core.acknowledgement().transaction() != null;
    }

    @Override
    public int getAcknowledgeMode() throws JMSException {
        return getTransacted() ? SESSION_TRANSACTED : core.mode().number();
    }

    @Override
    public void commit() throws JMSException {
        core.transactions().commit();
    }

    @Override
    public void rollback() throws JMSException {
        core.transactions().rollback();
    }

    @Override
    public void recover() throws JMSException {
        core.recover();
    }

    @Override
    public void close() throws JMSException {
        core.close();
    }

    // ---- Destinations

    @Override
    public Queue createQueue(@Nullable String name) throws JMSException {
        core.requireOpen();
        kind.requireQueues("createQueue");
        if (name == null || name.isEmpty()) {
            throw new InvalidDestinationException("a queue needs a name");
        }
        return new PeeklockQueue(name);
    }

    @Override
    public Topic createTopic(@Nullable String name) throws JMSException {
        core.requireOpen();
        kind.requireTopics("createTopic");
        if (name == null || name.isEmpty()) {
            throw new InvalidDestinationException("a topic needs a name");
        }
        return new PeeklockTopic(name);
    }

    @Override
    public TemporaryQueue createTemporaryQueue() throws JMSException {
        core.requireOpen();
        kind.requireQueues("createTemporaryQueue");
        return core.connection().temporaries().createQueue();
    }

    @Override
    public TemporaryTopic createTemporaryTopic() throws JMSException {
        core.requireOpen();
        kind.requireTopics("createTemporaryTopic");
        return core.connection().temporaries().createTopic();
    }

    // ---- Producers

    @Override
    public PeeklockProducer createProducer(@Nullable Destination destination) throws JMSException {
        return producers.open(destination);
    }

    @Override
    public PeeklockSender createSender(@Nullable Queue queue) throws JMSException {
        return producers.openOnQueue(queue);
    }

    @Override
    public PeeklockPublisher createPublisher(@Nullable Topic topic) throws JMSException {
        return producers.openOnTopic(topic);
    }

    // ---- Consumers and browsers

    @Override
    public PeeklockConsumer createConsumer(@Nullable Destination destination) throws JMSException {
        return consumers.open(destination, null, false);
    }

    @Override
    public PeeklockConsumer createConsumer(@Nullable Destination destination, @Nullable String selector)
            throws JMSException {
        return consumers.open(destination, selector, false);
    }

    @Override
    public PeeklockConsumer createConsumer(
            @Nullable Destination destination, @Nullable String selector, boolean noLocal) throws JMSException {
        return consumers.open(destination, selector, noLocal);
    }

    @Override
    public PeeklockReceiver createReceiver(@Nullable Queue queue) throws JMSException {
        return consumers.openOnQueue(queue, null);
    }

    @Override
    public PeeklockReceiver createReceiver(@Nullable Queue queue, @Nullable String selector) throws JMSException {
        return consumers.openOnQueue(queue, selector);
    }

    @Override
    public PeeklockSubscriber createSubscriber(@Nullable Topic topic) throws JMSException {
        return consumers.openOnTopic(topic, null, false);
    }

    @Override
    public PeeklockSubscriber createSubscriber(@Nullable Topic topic, @Nullable String selector, boolean noLocal)
            throws JMSException {
        return consumers.openOnTopic(topic, selector, noLocal);
    }

    @Override
    public PeeklockSubscriber createSharedConsumer(@Nullable Topic topic, @Nullable String name) throws JMSException {
        return createSharedConsumer(topic, name, null);
    }

    @Override
    public PeeklockSubscriber createSharedConsumer(
            @Nullable Topic topic, @Nullable String name, @Nullable String selector) throws JMSException {
        kind.requireTopics("createSharedConsumer");
        return consumers.openShared(topic, name, selector);
    }

    @Override
    public PeeklockSubscriber createDurableSubscriber(@Nullable Topic topic, @Nullable String name)
            throws JMSException {
        return createDurableSubscriber(topic, name, null, false);
    }

    @Override
    public PeeklockSubscriber createDurableSubscriber(
            @Nullable Topic topic, @Nullable String name, @Nullable String selector, boolean noLocal)
            throws JMSException {
        kind.requireTopics("createDurableSubscriber");
        return consumers.openDurable(topic, name, selector, noLocal);
    }

    @Override
    public PeeklockSubscriber createDurableConsumer(@Nullable Topic topic, @Nullable String name) throws JMSException {
        return createDurableConsumer(topic, name, null, false);
    }

    @Override
    public PeeklockSubscriber createDurableConsumer(
            @Nullable Topic topic, @Nullable String name, @Nullable String selector, boolean noLocal)
            throws JMSException {
        kind.requireTopics("createDurableConsumer");
        return consumers.openDurable(topic, name, selector, noLocal);
    }

    @Override
    public PeeklockSubscriber createSharedDurableConsumer(@Nullable Topic topic, @Nullable String name)
            throws JMSException {
        return createSharedDurableConsumer(topic, name, null);
    }

    @Override
    public PeeklockSubscriber createSharedDurableConsumer(
            @Nullable Topic topic, @Nullable String name, @Nullable String selector) throws JMSException {
        kind.requireTopics("createSharedDurableConsumer");
        return consumers.openSharedDurable(topic, name, selector);
    }

    @Override
    public void unsubscribe(@Nullable String name) throws JMSException {
        kind.requireTopics("unsubscribe");
        consumers.unsubscribe(name);
    }

    @Override
    public QueueBrowser createBrowser(@Nullable Queue queue) throws JMSException {
        return createBrowser(queue, null);
    }

    @Override
    public QueueBrowser createBrowser(@Nullable Queue queue, @Nullable String selector) throws JMSException {
        core.requireOpen();
        kind.requireQueues("createBrowser");
        return untouched.openBrowser(queue, selector);
    }

    // ---- The bus

    @Override
    public List<Message> peek(@Nullable Queue queue, long fromSequenceNumber, int max) throws JMSException {
        return untouched.peek(queue, fromSequenceNumber, max);
    }

    @Override
    public List<Message> peekSession(@Nullable Queue queue, String sessionId, long fromSequenceNumber, int max)
            throws JMSException {
        return untouched.peekSession(queue, sessionId, fromSequenceNumber, max);
    }

    @Override
    public SessionConsumer acceptSession(@Nullable Queue queue, @Nullable String sessionId) throws JMSException {
        return consumers.accept(queue, sessionId);
    }

    @Override
    public SessionConsumer acceptNextSession(@Nullable Queue queue, Duration timeout) throws JMSException {
        return consumers.acceptNext(queue, timeout);
    }

    @Override
    public List<SessionInfo> listSessions(@Nullable Queue queue) throws JMSException {
        return consumers.listSessions(queue);
    }

    @Override
    public List<Message> receiveDeferred(@Nullable Queue queue, long... sequenceNumbers) throws JMSException {
        core.requireOpen();
        return new DeferredMessages(core, Destinations.queue(queue)).receive(sequenceNumbers);
    }

    @Override
    public long schedule(
            @Nullable Destination destination, @Nullable Message message, Instant enqueueAt, Duration timeToLive)
            throws JMSException {
        core.requireOpen();
        return producers.open(null).schedule(Destinations.own(destination), message, enqueueAt, timeToLive);
    }

    @Override
    public void cancelScheduled(@Nullable Destination destination, long... sequenceNumbers) throws JMSException {
        core.requireOpen();
        EntityPath path = Destinations.path(Destinations.own(destination));
        List<Long> numbers = Arrays.stream(sequenceNumbers).boxed().toList();
        Waits.answer(
                namespace().cancelScheduled(path, numbers),
                core.connection().settings().operationTimeout(),
                "cancelling scheduled messages of " + path);
    }

    @Override
    public Namespace namespace() throws JMSException {
        core.requireOpen();
        return core.connection().bus();
    }

    // ---- What application servers use

    @Override
    public @Nullable MessageListener getMessageListener() throws JMSException {
        core.requireOpen();
        return core.loaded().listener();
    }

    /** For messages that a connection consumer loads; with it no other way to receive can be used. */
    @Override
    public void setMessageListener(@Nullable MessageListener listener) throws JMSException {
        core.requireOpen();
        if (listener != null && core.listeners().hasListener()) {
            throw JmsExceptions.invalidOperation(
                    "a consumer of the session has a message listener; use another session");
        }
        core.loaded().setListener(listener);
    }

    @Override
    public void run() {
        PeeklockContext.run(core::requireOpen);
        core.loaded().run();
    }

    // ---- For JMSContext

    /** The working part. */
    SessionCore core() {
        return core;
    }

    @Override
    public String toString() {
        return "session (" + core.mode() + ") of " + core.connection();
    }
}
