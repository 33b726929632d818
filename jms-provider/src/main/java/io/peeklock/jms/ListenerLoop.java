/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.SharedCredit;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.jms.message.PeeklockMessage;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the message listeners of one session, one message at a time.
 *
 * <p>Runs on a thread of the connection while there is something to do and on none while there is not; {@link #wake} may
 * be called by anybody. While a listener is at work nothing is asked of the bus, so that no other message ages under a
 * lock (rule L5).
 */
final class ListenerLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerLoop.class);
    private static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(1);

    private final SessionCore session;
    private final AtomicInteger wakes = new AtomicInteger();
    /** One message at a time: who has it is at work, or about to be. */
    private final SharedCredit credit = new SharedCredit();

    /** Those that may have a message, or nothing asked for. */
    private final ConsumersDue due = new ConsumersDue();

    /** Whether all are to be looked at. */
    private volatile boolean all;

    /** Those without the credit that ask for messages. */
    private final Set<PeeklockConsumer> asking = ConcurrentHashMap.newKeySet();

    /** Those whose turn has failed a moment ago: they ask for nothing, what they were given would wait with them. */
    private final Set<PeeklockConsumer> resting = ConcurrentHashMap.newKeySet();

    ListenerLoop(SessionCore session) {
        this.session = session;
    }

    /** Shared by the requests of listeners of a session without transactions. */
    SharedCredit credit() {
        return credit;
    }

    /** A request without the credit was made: it is taken back before another listener is called. */
    void asks(PeeklockConsumer consumer) {
        asking.add(consumer);
    }

    void asksNoMore(PeeklockConsumer consumer) {
        asking.remove(consumer);
    }

    /** A message has come for this one. */
    void came(PeeklockConsumer consumer) {
        due.add(consumer);
        if (wakes.getAndIncrement() == 0) {
            start(session.threads(), this::run);
        }
    }

    /** Something may be to be done for any of them. */
    void wake() {
        all = true;
        if (hasListener() && wakes.getAndIncrement() == 0) {
            start(session.threads(), this::run);
        }
    }

    private void start(Executor threads, Runnable task) {
        try {
            threads.execute(task);
        } catch (RuntimeException | Error e) {
            // The next one that wakes starts it.
            wakes.set(0);
            throw e;
        }
    }

    /**
     * Listeners may begin. Whether something is there for them is asked on a thread that all sessions of the connection
     * share: thousands that have nothing to do need no thread to find that out.
     */
    void begin() {
        all = true;
        if (hasListener() && wakes.getAndIncrement() == 0) {
            start(session.connection().asking(), this::ask);
        }
    }

    /** Until this ends, {@link #run()} does not: nobody else asks for these consumers. */
    private void ask() {
        int seen = wakes.get();
        all = false;
        boolean found = false;
        for (PeeklockConsumer consumer : session.consumers()) {
            if (!resting.contains(consumer) && consumer.listenerRequest().ask()) {
                due.add(consumer);
                found = true;
            }
        }
        if (found || wakes.addAndGet(-seen) != 0) {
            start(session.threads(), this::run);
        }
    }

    /** The transaction has ended: what waits for one partition asks again. */
    void askAgain() {
        if (hasListener()) {
            resting.clear();
            session.consumers().forEach(PeeklockConsumer::recall);
            wake();
        }
    }

    boolean hasListener() {
        for (PeeklockConsumer consumer : session.consumers()) {
            if (consumer.listener() != null && !consumer.isClosed()) {
                return true;
            }
        }
        return false;
    }

    private void run() {
        int seen = wakes.get();
        do {
            deliverAll();
            seen = wakes.addAndGet(-seen);
        } while (seen != 0);
    }

    /** Throws nothing: the loop must not die of it, nor the session's other listeners starve. */
    private void deliverAll() {
        for (PeeklockConsumer next = nextDue(); next != null; next = nextDue()) {
            PeeklockConsumer consumer = next;
            surviving(() -> {
                if (deliverNext(consumer)) {
                    due.add(consumer);
                }
            });
        }
        surviving(this::settleWhenIdle);
    }

    private static void surviving(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("calling the listeners of a session failed; this is a defect", e);
        }
    }

    private @Nullable PeeklockConsumer nextDue() {
        if (all) {
            all = false;
            due.addAll(session.consumers());
        }
        return due.next();
    }

    /** No message is at hand: a lazy session settles if none comes for a moment. */
    void settleWhenIdle() {
        if (session.acknowledgement().isLazy()) {
            session.timer().schedule(Acknowledgement.IDLE, session::idle);
        }
    }

    private boolean deliverNext(PeeklockConsumer consumer) {
        MessageListener listener = consumer.listener();
        if (listener == null || consumer.isClosed() || !session.gate().mayReceive()) {
            consumer.recall();
            return false;
        }
        if (resting.contains(consumer)) {
            return false;
        }
        try {
            session.acknowledgement().beforeListeners(session::report);
            Delivery delivery = consumer.listenerRequest().poll();
            if (delivery == null) {
                return false;
            }
            try {
                recallOthers(consumer);
                deliver(consumer, listener, delivery);
            } finally {
                consumer.listenerRequest().done();
            }
            return true;
        } catch (JMSException e) {
            rest(consumer, e);
            return false;
        } catch (RuntimeException | Error e) {
            // A fault of ours.
            rest(consumer, JmsExceptions.of(e));
            return false;
        }
    }

    /** Nothing more is served until its listener has returned: of those that share no credit. */
    private void recallOthers(PeeklockConsumer consumer) {
        asking.remove(consumer);
        for (PeeklockConsumer other : asking) {
            other.recall();
            due.add(other);
        }
    }

    private void deliver(PeeklockConsumer consumer, MessageListener listener, Delivery delivery) throws JMSException {
        PeeklockMessage message = session.handover().acceptForListener(consumer, delivery);
        if (message != null) {
            // The application may have left the flag set; this thread is not its.
            boolean interrupted = call(listener, message, delivery, consumer.source());
            LOG.trace("listener returned, interrupted: {}", interrupted);
        }
    }

    /**
     * Calls the listener for a message that has passed the gate, and settles it.
     *
     * @return whether the listener left the thread interrupted, which it is no more
     */
    boolean call(MessageListener listener, PeeklockMessage message, Delivery delivery, ConsumerSource source) {
        boolean interrupted;
        Throwable thrown = null;
        MessageTracing tracing = session.connection().settings().tracing();
        MessageTracing.Operation traced =
                tracing == null ? null : Traces.begin(() -> tracing.process(TracedEntity.of(source), message));
        try {
            listener.onMessage(message);
        } catch (Throwable e) {
            // Checked exceptions too, from languages that do not check them.
            thrown = e;
            LOG.warn("the message listener of {} threw an exception", source.name(), e);
        } finally {
            interrupted = Thread.interrupted();
            Traces.end(traced, thrown);
            session.acknowledgement().listened(delivery, thrown != null);
            session.endingShares().settled();
            session.gate().leaveListener();
        }
        try {
            session.acknowledgement().awaitBeforeNext();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return interrupted;
    }

    /** Tries again a little later, and says what is wrong; a queue that is gone is not tried again. */
    private void rest(PeeklockConsumer consumer, JMSException failure) {
        if (consumer.isClosed() || session.gate().isClosing()) {
            return;
        }
        resting.add(consumer);
        boolean gone = failure instanceof InvalidDestinationException
                || ErrorCode.Closed.name().equals(failure.getErrorCode());
        if (!gone) {
            session.timer().schedule(REST_AFTER_FAILURE, () -> {
                resting.remove(consumer);
                came(consumer);
            });
        }
        consumer.recall();
        session.report(failure);
    }
}
