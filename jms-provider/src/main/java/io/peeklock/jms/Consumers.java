/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.selector.Selector;
import io.peeklock.jms.destination.PeeklockDestination;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.destination.PeeklockTopic;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Topic;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens the consumers of one session, on queues and on every kind of subscription (Jakarta Messaging 8.2, 8.3).
 *
 * <p>For the session's one thread.
 */
final class Consumers {

    /** As many as the bus lists at once. */
    private static final int LISTED_SESSIONS = 1000;

    private final SessionCore session;

    Consumers(SessionCore session) {
        this.session = session;
    }

    /** On a queue, or on a subscription of its own to a topic. On a queue {@code noLocal} has no meaning. */
    PeeklockConsumer open(@Nullable Destination destination, @Nullable String selector, boolean noLocal)
            throws JMSException {
        session.requireOpen();
        PeeklockDestination own = Destinations.own(destination);
        return own instanceof PeeklockTopic topic
                ? openOnTopic(topic, selector, noLocal)
                : openOnQueue(Destinations.queue(own), selector);
    }

    PeeklockReceiver openOnQueue(@Nullable Destination destination, @Nullable String selector) throws JMSException {
        session.requireOpen();
        PeeklockQueue queue = Destinations.queue(destination);
        Selector filter = JmsExceptions.translating(() -> Selector.parse(selector));
        EntityPath path = Destinations.path(queue);
        EntitySettings settings = session.resolve(path);
        ConsumerShare share = shareOf(path, settings);
        // A selector that names a session takes that one; the bus refuses any other where sessions are required.
        String only = filter == null || path.deadLetter() || !settings.options().sessionRequired()
                ? null
                : filter.session().orElse(null);
        ConsumerSource source =
                new ConsumerSource(queue, path, settings, filter == null ? null : filter.text(), false, only, share);
        return session.add(
                keeping(share, () -> new PeeklockReceiver(session, source, session.openReceiver(path, only, filter))));
    }

    /** On one session of the bus, by its id. */
    PeeklockSessionConsumer accept(@Nullable Destination destination, @Nullable String sessionId) throws JMSException {
        if (sessionId == null) {
            throw JmsExceptions.invalidOperation("a session is accepted by its id, got none");
        }
        return accept(destination, sessionId, session.connection().settings().operationTimeout());
    }

    /** On the next session of the bus that is free and has messages. */
    PeeklockSessionConsumer acceptNext(@Nullable Destination destination, Duration timeout) throws JMSException {
        return accept(destination, null, timeout);
    }

    private PeeklockSessionConsumer accept(
            @Nullable Destination destination, @Nullable String sessionId, Duration timeout) throws JMSException {
        session.requireOpen();
        PeeklockQueue queue = Destinations.queue(destination);
        EntityPath path = Destinations.path(queue);
        EntitySettings settings = session.resolve(path);
        SessionOptions options = new SessionOptions(
                ReceiveMode.PEEK_LOCK,
                session.connection().settings().autoRenew(session.mode()),
                true,
                session.connection().holder(),
                session.unacknowledged());
        SessionReceiver held = Waits.answerInTime(
                session.connection().bus().acceptSession(path, sessionId, options),
                timeout,
                "accepting a session of " + path);
        if (held == null) {
            throw new JMSException(
                    "no session of " + path + " was accepted within " + timeout
                            + ": none is free and has messages, or its partition does not answer",
                    ErrorCode.Timeout.name());
        }
        boolean opened = false;
        try {
            ConsumerShare share = shareOf(path, settings);
            ConsumerSource source = new ConsumerSource(queue, path, settings, null, false, held.sessionId(), share);
            PeeklockSessionConsumer consumer =
                    session.add(keeping(share, () -> new PeeklockSessionConsumer(session, source, held)));
            opened = true;
            return consumer;
        } finally {
            if (!opened) {
                held.close();
            }
        }
    }

    /** The sessions of the bus that are there. */
    List<SessionInfo> listSessions(@Nullable Destination destination) throws JMSException {
        session.requireOpen();
        EntityPath path = Destinations.path(Destinations.queue(destination));
        return Waits.answer(
                session.connection().bus().listSessions(path, null, LISTED_SESSIONS),
                session.connection().settings().operationTimeout(),
                "listing sessions of " + path);
    }

    private ConsumerShare shareOf(EntityPath path, EntitySettings settings) throws JMSException {
        if (settings.temporary()) {
            return session.connection().temporaries().consume(path);
        }
        return path.kind() == EntityKind.SUBSCRIPTION && !path.deadLetter()
                ? session.connection()
                        .broker()
                        .durableSubscriptions()
                        .consume(path, session.connection().settings().operationTimeout())
                : ConsumerShare.NONE;
    }

    /** On a subscription that is this consumer's and ends with it (Jakarta Messaging 8.3.1). */
    PeeklockSubscriber openOnTopic(@Nullable Destination destination, @Nullable String selector, boolean noLocal)
            throws JMSException {
        session.requireOpen();
        PeeklockTopic topic = Destinations.topic(destination);
        String text = textOf(selector);
        EntitySettings settings = resolve(topic);
        ConsumerShare topicShare = shareOf(Destinations.path(topic), settings);
        SubscriptionFilter filter =
                new SubscriptionFilter(text, noLocal ? session.connection().id() : null, null);
        return subscribe(
                topic,
                settings,
                text,
                noLocal,
                topicShare,
                () -> session.connection()
                        .broker()
                        .volatileSubscriptions()
                        .openOwn(topic.name(), filter, session.connection().settings()));
    }

    /** On a shared subscription that ends with its last consumer (Jakarta Messaging 8.3.2). */
    PeeklockSubscriber openShared(@Nullable Topic destination, @Nullable String name, @Nullable String selector)
            throws JMSException {
        session.requireOpen();
        PeeklockTopic topic = Destinations.topic(destination);
        VolatileSubscriptions.SharedName key =
                new VolatileSubscriptions.SharedName(session.connection().clientId(), checked(name));
        String text = textOf(selector);
        EntitySettings settings = resolve(topic);
        ConsumerShare topicShare = shareOf(Destinations.path(topic), settings);
        return subscribe(
                topic,
                settings,
                text,
                false,
                topicShare,
                () -> session.connection()
                        .broker()
                        .volatileSubscriptions()
                        .openShared(
                                key,
                                topic.name(),
                                SubscriptionFilter.of(text),
                                session.connection().settings()));
    }

    /** On a durable subscription with one consumer at a time (Jakarta Messaging 8.3.3). */
    PeeklockSubscriber openDurable(
            @Nullable Topic destination, @Nullable String name, @Nullable String selector, boolean noLocal)
            throws JMSException {
        session.requireOpen();
        PeeklockTopic topic = lasting(destination);
        String checkedName = checked(name);
        String clientId = session.connection().clientId();
        if (clientId == null) {
            throw JmsExceptions.invalidOperation(
                    "an unshared durable subscription needs a client identifier; set option clientId, call setClientID"
                            + " first of all, or use a shared one");
        }
        String text = textOf(selector);
        SubscriptionFilter filter = new SubscriptionFilter(text, null, noLocal ? clientId : null);
        return openDurable(
                topic,
                new DurableSubscriptions.Wanted(topic.name(), clientId, checkedName, false, filter),
                text,
                noLocal);
    }

    /** On a durable subscription that any number of consumers share (Jakarta Messaging 8.3.4). */
    PeeklockSubscriber openSharedDurable(@Nullable Topic destination, @Nullable String name, @Nullable String selector)
            throws JMSException {
        session.requireOpen();
        PeeklockTopic topic = lasting(destination);
        String checkedName = checked(name);
        String text = textOf(selector);
        return openDurable(
                topic,
                new DurableSubscriptions.Wanted(
                        topic.name(), session.connection().clientId(), checkedName, true, SubscriptionFilter.of(text)),
                text,
                false);
    }

    private PeeklockSubscriber openDurable(
            PeeklockTopic topic, DurableSubscriptions.Wanted wanted, @Nullable String selector, boolean noLocal)
            throws JMSException {
        EntitySettings settings = resolve(topic);
        if (settings.temporary()) {
            throw new InvalidDestinationException(
                    "the temporary topic " + topic.name() + " can have no durable subscription");
        }
        return subscribe(
                topic,
                settings,
                selector,
                noLocal,
                ConsumerShare.NONE,
                () -> session.connection()
                        .broker()
                        .durableSubscriptions()
                        .open(wanted, session.connection().settings()));
    }

    private PeeklockSubscriber subscribe(
            PeeklockTopic topic,
            EntitySettings settings,
            @Nullable String selector,
            boolean noLocal,
            ConsumerShare topicShare,
            Opening<OpenedSubscription> opening)
            throws JMSException {
        OpenedSubscription opened = keeping(topicShare, opening);
        ConsumerShare share = opened.share().and(topicShare);
        ConsumerSource source = new ConsumerSource(topic, opened.path(), settings, selector, noLocal, null, share);
        return session.add(keeping(
                share, () -> new PeeklockSubscriber(session, source, session.openReceiver(opened.path(), null, null))));
    }

    /** Opens something. */
    @FunctionalInterface
    private interface Opening<T> {
        T open() throws JMSException;
    }

    /** Opens what is to own a share; gives the share back if that fails. */
    private static <T> T keeping(ConsumerShare share, Opening<T> opening) throws JMSException {
        boolean done = false;
        try {
            T opened = opening.open();
            done = true;
            return opened;
        } finally {
            if (!done) {
                share.closed(true);
            }
        }
    }

    void unsubscribe(@Nullable String name) throws JMSException {
        session.requireOpen();
        if (name == null || name.isEmpty()) {
            throw new InvalidDestinationException("a durable subscription is unsubscribed by its name, got none");
        }
        PeeklockConnection connection = session.connection();
        connection
                .broker()
                .durableSubscriptions()
                .unsubscribe(connection.clientId(), name, connection.settings().operationTimeout());
    }

    private EntitySettings resolve(PeeklockTopic topic) throws JMSException {
        return session.resolve(Destinations.path(topic));
    }

    private static PeeklockTopic lasting(@Nullable Topic destination) throws JMSException {
        PeeklockTopic topic = Destinations.topic(destination);
        if (topic.isTemporary()) {
            throw new InvalidDestinationException(
                    "the temporary topic " + topic.name() + " can have no durable subscription");
        }
        return topic;
    }

    private static String checked(@Nullable String name) throws JMSException {
        if (name == null || name.isEmpty()) {
            throw JmsExceptions.invalidOperation("a subscription needs a name, got none");
        }
        return name;
    }

    /** A selector that is none, or empty, selects all. */
    private static @Nullable String textOf(@Nullable String selector) throws JMSException {
        Selector parsed = JmsExceptions.translating(() -> Selector.parse(selector));
        return parsed == null ? null : parsed.text();
    }
}
