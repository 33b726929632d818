/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.message.MessageSettings;
import io.peeklock.jms.message.MessageThawer;
import io.peeklock.jms.message.PeeklockBytesMessage;
import io.peeklock.jms.message.PeeklockMapMessage;
import io.peeklock.jms.message.PeeklockMessage;
import io.peeklock.jms.message.PeeklockObjectMessage;
import io.peeklock.jms.message.PeeklockStreamMessage;
import io.peeklock.jms.message.PeeklockTextMessage;
import io.peeklock.jms.selector.Selector;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session as the application sees it: makes messages, destinations, producers, consumers and browsers.
 *
 * <p>For one thread at a time; {@link #close()} from any. The work is done by its {@link SessionCore}.
 */
final class PeeklockSession implements BusSession {

    private final SessionCore core;
    private final SessionKind kind;
    private final MessageSettings messages;

    PeeklockSession(SessionCore core, SessionKind kind) {
        this.core = core;
        this.kind = kind;
        this.messages = core.connection().settings().messages();
    }

    // ---- Messages

    @Override
    public BytesMessage createBytesMessage() throws JMSException {
        core.requireOpen();
        return new PeeklockBytesMessage(messages);
    }

    @Override
    public MapMessage createMapMessage() throws JMSException {
        core.requireOpen();
        return new PeeklockMapMessage(messages);
    }

    @Override
    public Message createMessage() throws JMSException {
        core.requireOpen();
        return new PeeklockMessage(messages);
    }

    @Override
    public ObjectMessage createObjectMessage() throws JMSException {
        core.requireOpen();
        return new PeeklockObjectMessage(messages);
    }

    @Override
    public ObjectMessage createObjectMessage(@Nullable Serializable object) throws JMSException {
        ObjectMessage message = createObjectMessage();
        message.setObject(object);
        return message;
    }

    @Override
    public StreamMessage createStreamMessage() throws JMSException {
        core.requireOpen();
        return new PeeklockStreamMessage(messages);
    }

    @Override
    public TextMessage createTextMessage() throws JMSException {
        core.requireOpen();
        return new PeeklockTextMessage(messages);
    }

    @Override
    public TextMessage createTextMessage(@Nullable String text) throws JMSException {
        TextMessage message = createTextMessage();
        message.setText(text);
        return message;
    }

    // ---- Mode, acknowledgement, transaction

    @Override
    public boolean getTransacted() throws JMSException {
        core.requireOpen();
        return core.mode() == SessionMode.TRANSACTED;
    }

    @Override
    public int getAcknowledgeMode() throws JMSException {
        core.requireOpen();
        return core.mode().number();
    }

    @Override
    public void commit() throws JMSException {
        core.commit();
    }

    @Override
    public void rollback() throws JMSException {
        core.rollback();
    }

    @Override
    public void recover() throws JMSException {
        core.recover();
    }

    @Override
    public void close() throws JMSException {
        core.close();
    }

    // ---- Destinations, producers, consumers, browsers

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
    public MessageProducer createProducer(@Nullable Destination destination) throws JMSException {
        return core.openProducer(destination);
    }

    @Override
    public QueueSender createSender(@Nullable Queue queue) throws JMSException {
        return core.openProducer(queue);
    }

    @Override
    public MessageConsumer createConsumer(@Nullable Destination destination) throws JMSException {
        return core.openConsumer(destination, null);
    }

    @Override
    public MessageConsumer createConsumer(@Nullable Destination destination, @Nullable String selector)
            throws JMSException {
        return core.openConsumer(destination, selector);
    }

    /** On a queue {@code noLocal} has no meaning (Jakarta Messaging 8.3.4) and is not looked at. */
    @Override
    public MessageConsumer createConsumer(@Nullable Destination destination, @Nullable String selector, boolean noLocal)
            throws JMSException {
        return core.openConsumer(destination, selector);
    }

    @Override
    public QueueReceiver createReceiver(@Nullable Queue queue) throws JMSException {
        return core.openConsumer(queue, null);
    }

    @Override
    public QueueReceiver createReceiver(@Nullable Queue queue, @Nullable String selector) throws JMSException {
        return core.openConsumer(queue, selector);
    }

    @Override
    public QueueBrowser createBrowser(@Nullable Queue queue) throws JMSException {
        return createBrowser(queue, null);
    }

    @Override
    public QueueBrowser createBrowser(@Nullable Queue queue, @Nullable String selector) throws JMSException {
        core.requireOpen();
        kind.requireQueues("createBrowser");
        PeeklockQueue source = Destinations.queue(queue);
        Selector filter = Selector.parse(selector);
        QueueDescription description = core.resolve(Destinations.path(source));
        return new PeeklockBrowser(core, source, filter, description.maxMessageBytes());
    }

    // ---- The bus

    @Override
    public List<Message> peek(@Nullable Queue queue, long fromSequenceNumber, int max) throws JMSException {
        core.requireOpen();
        PeeklockQueue source = Destinations.queue(queue);
        List<Message> peeked = new ArrayList<>();
        for (Delivery delivery : core.peek(Destinations.path(source), fromSequenceNumber, max)) {
            peeked.add(MessageThawer.thaw(delivery, source, messages, null));
        }
        return peeked;
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
            throw new IllegalStateException(
                    "a consumer of the session has a message listener; use another session", "InvalidOperation");
        }
        core.loaded().setListener(listener);
    }

    @Override
    public void run() {
        PeeklockContext.run(core::requireOpen);
        core.loaded().run();
    }

    // ---- Topics and temporary destinations

    @Override
    public Topic createTopic(@Nullable String name) throws JMSException {
        throw topics();
    }

    @Override
    public MessageConsumer createSharedConsumer(@Nullable Topic topic, @Nullable String name) throws JMSException {
        throw topics();
    }

    @Override
    public MessageConsumer createSharedConsumer(@Nullable Topic topic, @Nullable String name, @Nullable String selector)
            throws JMSException {
        throw topics();
    }

    @Override
    public TopicSubscriber createDurableSubscriber(@Nullable Topic topic, @Nullable String name) throws JMSException {
        throw topics();
    }

    @Override
    public TopicSubscriber createDurableSubscriber(
            @Nullable Topic topic, @Nullable String name, @Nullable String selector, boolean noLocal)
            throws JMSException {
        throw topics();
    }

    @Override
    public MessageConsumer createDurableConsumer(@Nullable Topic topic, @Nullable String name) throws JMSException {
        throw topics();
    }

    @Override
    public MessageConsumer createDurableConsumer(
            @Nullable Topic topic, @Nullable String name, @Nullable String selector, boolean noLocal)
            throws JMSException {
        throw topics();
    }

    @Override
    public MessageConsumer createSharedDurableConsumer(@Nullable Topic topic, @Nullable String name)
            throws JMSException {
        throw topics();
    }

    @Override
    public MessageConsumer createSharedDurableConsumer(
            @Nullable Topic topic, @Nullable String name, @Nullable String selector) throws JMSException {
        throw topics();
    }

    @Override
    public void unsubscribe(@Nullable String name) throws JMSException {
        throw topics();
    }

    @Override
    public TemporaryTopic createTemporaryTopic() throws JMSException {
        throw topics();
    }

    @Override
    public TemporaryQueue createTemporaryQueue() throws JMSException {
        core.requireOpen();
        kind.requireQueues("createTemporaryQueue");
        throw QueuesOnly.temporaryDestinations();
    }

    private JMSException topics() throws JMSException {
        core.requireOpen();
        kind.requireTopics("what belongs to topics");
        return QueuesOnly.topics();
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
