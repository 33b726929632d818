/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The simplified API: a connection, which contexts may share, and a session in one object, with unchecked exceptions.
 *
 * <p>For one thread at a time, as its session; {@link #close()} from any. The last context to be closed closes the
 * connection.
 */
sealed class PeeklockContext implements BusContext permits PeeklockXAContext {

    private final PeeklockConnection connection;
    private final AtomicInteger sharers;
    private final PeeklockSession session;
    private final PeeklockProducer producer;
    private volatile boolean autoStart = true;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** The first context of a connection, which is its own. */
    static PeeklockContext open(PeeklockConnection connection, int sessionMode) throws JMSException {
        return new PeeklockContext(connection, new AtomicInteger(), sessionMode);
    }

    private PeeklockContext(PeeklockConnection connection, AtomicInteger sharers, int sessionMode) throws JMSException {
        this(connection, sharers, connection.openSession(SessionMode.of(sessionMode), SessionKind.ANY, false));
    }

    /** On a session of the connection, which is closed with it. */
    PeeklockContext(PeeklockConnection connection, AtomicInteger sharers, PeeklockSession session) throws JMSException {
        this.connection = connection;
        this.sharers = sharers;
        this.session = session;
        this.producer = session.createProducer(null);
        sharers.incrementAndGet();
    }

    /** What may throw a checked exception. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws JMSException;
    }

    /** What may throw a checked exception and may return null. */
    @FunctionalInterface
    interface Lookup<T> {
        @Nullable
        T run() throws JMSException;
    }

    /** What may throw a checked exception and returns nothing. */
    @FunctionalInterface
    interface Action {
        void run() throws JMSException;
    }

    static <T> T call(Call<T> call) {
        try {
            return call.run();
        } catch (JMSException e) {
            throw JmsExceptions.unchecked(e);
        }
    }

    static <T> @Nullable T find(Lookup<T> lookup) {
        try {
            return lookup.run();
        } catch (JMSException e) {
            throw JmsExceptions.unchecked(e);
        }
    }

    static void run(Action action) {
        try {
            action.run();
        } catch (JMSException e) {
            throw JmsExceptions.unchecked(e);
        }
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return call(() -> {
            own().use();
            return new PeeklockContext(connection, sharers, sessionMode);
        });
    }

    // ---- Producers and consumers

    @Override
    public JMSProducer createProducer() {
        run(() -> own().use());
        return new PeeklockContextProducer(
                producer, session, connection.settings().messages());
    }

    @Override
    public JMSConsumer createConsumer(@Nullable Destination destination) {
        return consumer(() -> session.createConsumer(destination));
    }

    @Override
    public JMSConsumer createConsumer(@Nullable Destination destination, @Nullable String selector) {
        return consumer(() -> session.createConsumer(destination, selector));
    }

    @Override
    public JMSConsumer createConsumer(@Nullable Destination destination, @Nullable String selector, boolean noLocal) {
        return consumer(() -> session.createConsumer(destination, selector, noLocal));
    }

    @Override
    public JMSConsumer createSharedConsumer(@Nullable Topic topic, @Nullable String name) {
        return consumer(() -> session.createSharedConsumer(topic, name));
    }

    @Override
    public JMSConsumer createSharedConsumer(@Nullable Topic topic, @Nullable String name, @Nullable String selector) {
        return consumer(() -> session.createSharedConsumer(topic, name, selector));
    }

    @Override
    public JMSConsumer createDurableConsumer(@Nullable Topic topic, @Nullable String name) {
        return consumer(() -> session.createDurableConsumer(topic, name));
    }

    @Override
    public JMSConsumer createDurableConsumer(
            @Nullable Topic topic, @Nullable String name, @Nullable String selector, boolean noLocal) {
        return consumer(() -> session.createDurableConsumer(topic, name, selector, noLocal));
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(@Nullable Topic topic, @Nullable String name) {
        return consumer(() -> session.createSharedDurableConsumer(topic, name));
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(
            @Nullable Topic topic, @Nullable String name, @Nullable String selector) {
        return consumer(() -> session.createSharedDurableConsumer(topic, name, selector));
    }

    @Override
    public void unsubscribe(@Nullable String name) {
        run(() -> session.unsubscribe(name));
    }

    private JMSConsumer consumer(Call<PeeklockConsumer> opening) {
        PeeklockConsumer consumer = call(opening);
        startIfWanted();
        return new PeeklockContextConsumer(consumer);
    }

    @Override
    public QueueBrowser createBrowser(@Nullable Queue queue) {
        return createBrowser(queue, null);
    }

    @Override
    public QueueBrowser createBrowser(@Nullable Queue queue, @Nullable String selector) {
        QueueBrowser browser = call(() -> session.createBrowser(queue, selector));
        startIfWanted();
        return browser;
    }

    private void startIfWanted() {
        run(autoStart ? connection::start : connection::use);
    }

    @Override
    public Queue createQueue(@Nullable String queueName) {
        return call(() -> session.createQueue(queueName));
    }

    @Override
    public Topic createTopic(@Nullable String name) {
        return call(() -> session.createTopic(name));
    }

    @Override
    public TemporaryQueue createTemporaryQueue() {
        return call(session::createTemporaryQueue);
    }

    @Override
    public TemporaryTopic createTemporaryTopic() {
        return call(session::createTemporaryTopic);
    }

    // ---- Connection

    /** The connection, for which this context may speak until it is closed: others may share it and live on. */
    private PeeklockConnection own() throws JMSException {
        session.core().requireOpen();
        return connection;
    }

    @Override
    public @Nullable String getClientID() {
        return find(() -> own().getClientID());
    }

    @Override
    public void setClientID(@Nullable String clientId) {
        run(() -> own().setClientID(clientId));
    }

    @Override
    public ConnectionMetaData getMetaData() {
        return call(() -> own().getMetaData());
    }

    @Override
    public @Nullable ExceptionListener getExceptionListener() {
        return find(() -> own().getExceptionListener());
    }

    @Override
    public void setExceptionListener(@Nullable ExceptionListener listener) {
        run(() -> own().setExceptionListener(listener));
    }

    @Override
    public void start() {
        run(() -> own().start());
    }

    @Override
    public void stop() {
        run(() -> own().stop());
    }

    @Override
    public void setAutoStart(boolean autoStart) {
        run(session.core()::requireOpen);
        this.autoStart = autoStart;
    }

    @Override
    public boolean getAutoStart() {
        run(session.core()::requireOpen);
        return autoStart;
    }

    @Override
    public void close() {
        // Refused from a listener of its own: then it stays open.
        run(() -> session.core().requireMayClose());
        boolean first = closed.compareAndSet(false, true);
        try {
            run(session::close);
        } finally {
            if (first && sharers.decrementAndGet() == 0) {
                run(connection::close);
            }
        }
    }

    // ---- Messages

    @Override
    public BytesMessage createBytesMessage() {
        return call(session::createBytesMessage);
    }

    @Override
    public MapMessage createMapMessage() {
        return call(session::createMapMessage);
    }

    @Override
    public Message createMessage() {
        return call(session::createMessage);
    }

    @Override
    public ObjectMessage createObjectMessage() {
        return call(() -> session.createObjectMessage());
    }

    @Override
    public ObjectMessage createObjectMessage(@Nullable Serializable object) {
        return call(() -> session.createObjectMessage(object));
    }

    @Override
    public StreamMessage createStreamMessage() {
        return call(session::createStreamMessage);
    }

    @Override
    public TextMessage createTextMessage() {
        return call(() -> session.createTextMessage());
    }

    @Override
    public TextMessage createTextMessage(@Nullable String text) {
        return call(() -> session.createTextMessage(text));
    }

    // ---- Mode, acknowledgement, transaction

    @Override
    public boolean getTransacted() {
        return call(session::getTransacted);
    }

    @Override
    public int getSessionMode() {
        return call(session::getAcknowledgeMode);
    }

    @Override
    public void commit() {
        run(session::commit);
    }

    @Override
    public void rollback() {
        run(session::rollback);
    }

    @Override
    public void recover() {
        run(session::recover);
    }

    @Override
    public void acknowledge() {
        run(session.core()::acknowledgeAll);
    }

    @Override
    public BusSession busSession() {
        return session;
    }

    @Override
    public BusConnection busConnection() {
        return connection;
    }

    @Override
    public String toString() {
        return "context on " + session;
    }
}
