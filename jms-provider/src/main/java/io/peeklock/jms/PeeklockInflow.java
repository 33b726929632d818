/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.destination.PeeklockTopic;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Consumers of one destination with the sessions that they feed.
 *
 * <p>Thread safe; what it has does not change.
 */
final class PeeklockInflow implements Inflow {

    private final Map<PeeklockConsumer, List<SessionCore>> fed = new LinkedHashMap<>();
    private final List<PeeklockInflowSession> sessions = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private final Consumer<PeeklockInflow> whenClosed;

    private PeeklockInflow(Consumer<PeeklockInflow> whenClosed) {
        this.whenClosed = whenClosed;
    }

    /** What is consumed, see {@link InflowConnection#openInflow}. */
    record Wanted(
            Destination destination,
            @Nullable String selector,
            @Nullable String subscription,
            boolean durable,
            boolean shared) {

        private PeeklockConsumer open(Consumers consumers) throws JMSException {
            if (!(destination instanceof Topic topic) || destination instanceof Queue) {
                return consumers.openOnQueue(destination, selector);
            }
            if (subscription == null) {
                return consumers.openOnTopic(destination, selector, false);
            }
            if (durable) {
                return shared
                        ? consumers.openSharedDurable(topic, subscription, selector)
                        : consumers.openDurable(topic, subscription, selector, false);
            }
            if (shared) {
                return consumers.openShared(topic, subscription, selector);
            }
            throw JmsExceptions.invalidOperation("subscription " + subscription
                    + " is neither durable nor shared: one that ends with its consumer has no name");
        }

        /** One consumer at a time may have it. */
        private boolean isOfOne() {
            return destination instanceof PeeklockTopic && !shared;
        }
    }

    static Destination own(Destination destination) throws JMSException {
        if (destination instanceof Queue queue) {
            return new PeeklockQueue(queue.getQueueName());
        }
        if (destination instanceof Topic topic) {
            return new PeeklockTopic(topic.getTopicName());
        }
        throw JmsExceptions.invalidOperation("a destination is a queue or a topic, not " + destination);
    }

    /** @param whenClosed runs with its close */
    static PeeklockInflow open(
            PeeklockConnection connection, Wanted wanted, int sessions, Consumer<PeeklockInflow> whenClosed)
            throws JMSException {
        PeeklockInflow inflow = new PeeklockInflow(whenClosed);
        boolean done = false;
        try {
            inflow.openAll(connection, wanted, sessions);
            done = true;
            return inflow;
        } finally {
            if (!done) {
                inflow.close();
            }
        }
    }

    private void openAll(PeeklockConnection connection, Wanted wanted, int wantedSessions) throws JMSException {
        // Never one of the connection's sessions: it only opens, and locks are renewed as long as a branch may take.
        SessionCore opener = new SessionCore(connection, SessionMode.XA);
        Consumers consumers = new Consumers(opener);
        PeeklockConsumer consumer = open(consumers, wanted);
        boolean inOrder = wanted.isOfOne()
                && wanted.durable()
                && opener.resolve(consumer.source().path()).options().sessionRequired();
        int most = inOrder ? 1 : wantedSessions;
        for (int i = 0; i < most; i++) {
            if (i > 0 && !wanted.isOfOne()) {
                consumer = open(consumers, wanted);
            }
            SessionCore core = connection.openCore(SessionMode.XA, true);
            cores(consumer).add(core);
            sessions.add(new PeeklockInflowSession(core, consumer));
        }
        opener.unacknowledged()
                .loads(sessions.stream().map(PeeklockInflowSession::core).toList());
    }

    private PeeklockConsumer open(Consumers consumers, Wanted wanted) throws JMSException {
        PeeklockConsumer consumer = wanted.open(consumers);
        fed.put(consumer, new ArrayList<>());
        return consumer;
    }

    private List<SessionCore> cores(PeeklockConsumer consumer) {
        return fed.computeIfAbsent(consumer, unknown -> new ArrayList<>());
    }

    @Override
    public int sessions() {
        return sessions.size();
    }

    @Override
    public InflowSession session(int index) {
        return sessions.get(index);
    }

    @Override
    public void close() throws JMSException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        ClosingSteps steps = new ClosingSteps();
        sessions.forEach(PeeklockInflowSession::recall);
        fed.forEach((consumer, cores) -> {
            steps.run(consumer.receiver()::close);
            steps.run(() -> DividedShare.end(consumer.source().share(), cores));
        });
        sessions.forEach(session -> steps.run(session::close));
        whenClosed.accept(this);
        steps.end();
    }
}
