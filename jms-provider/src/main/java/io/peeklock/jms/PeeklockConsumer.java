/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.SharedCredit;
import io.peeklock.tx.Transaction;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import java.util.Collection;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Receives from one queue or subscription, by call or by listener.
 *
 * <p>For the session's one thread; close and the stop of the connection come from any. Asks the bus for a message only
 * while somebody waits for it, and holds nothing while it waits.
 */
abstract sealed class PeeklockConsumer implements MessageConsumer
        permits PeeklockReceiver, PeeklockSubscriber, PeeklockSessionConsumer {

    /** The deadline of who does not wait at all. */
    static final long NOW = Long.MIN_VALUE;

    private final SessionCore session;
    private final ConsumerSource source;
    private final Receiver receiver;
    private final AtomicBoolean shareEnded = new AtomicBoolean();

    private volatile boolean closed;
    private volatile @Nullable MessageListener listener;

    /** What a receive call waits for, so that stop and close can take it back. */
    private volatile @Nullable CompletableFuture<Delivery> awaited;

    /**
     * Whether the message before was volatile or received in a transaction: the next one may be a moment away, no sync of the
     * disk. For receive calls.
     */
    private boolean soon;

    private final ListenerRequest listenerRequest;

    PeeklockConsumer(SessionCore session, ConsumerSource source, Receiver receiver) {
        this.session = session;
        this.source = source;
        this.receiver = receiver;
        this.listenerRequest = new ListenerRequest(session, this);
    }

    ConsumerSource source() {
        return source;
    }

    Receiver receiver() {
        return receiver;
    }

    /** Its messages go to other sessions, which must hear of lost locks too; the collection may change. */
    final void tellsOfLostLocks(Collection<SessionCore> sessions) {
        session.unacknowledged().loads(sessions);
    }

    boolean isClosed() {
        return closed;
    }

    @Nullable
    MessageListener listener() {
        return listener;
    }

    @Override
    public @Nullable String getMessageSelector() throws JMSException {
        requireOpen();
        return source.selector();
    }

    @Override
    public @Nullable MessageListener getMessageListener() throws JMSException {
        requireOpen();
        return listener;
    }

    @Override
    public void setMessageListener(@Nullable MessageListener listener) throws JMSException {
        requireOpen();
        if (listener != null) {
            session.loaded().requireNoListener();
        }
        this.listener = listener;
        if (listener == null) {
            recall();
        }
        session.listeners().begin();
    }

    // ---- Receiving by call

    @Override
    public @Nullable Message receive() throws JMSException {
        return receive(DeliveryGate.FOREVER_NANOS, message -> message);
    }

    @Override
    public @Nullable Message receive(long timeoutMs) throws JMSException {
        return receive(deadline(timeoutMs), message -> message);
    }

    @Override
    public @Nullable Message receiveNoWait() throws JMSException {
        return receive(NOW, message -> message);
    }

    /** When a receive call with this time-out gives up: 0 is never, less than 0 is at once. */
    static long deadline(long timeoutMs) {
        if (timeoutMs < 0) {
            return NOW;
        }
        long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        return timeoutMs == 0 || nanos == Long.MAX_VALUE ? DeliveryGate.FOREVER_NANOS : System.nanoTime() + nanos;
    }

    /**
     * Waits for a message and makes the call's result of it.
     *
     * @param deadline by {@link System#nanoTime()}, {@link #NOW} or {@link DeliveryGate#FOREVER_NANOS}
     * @return null if the time is over or the consumer is closed
     */
    <T> @Nullable T receive(long deadline, Handover.Unpacking<T> unpacking) throws JMSException {
        requireOpen();
        session.requireNoListener();
        Handover.Unpacking<T> telling =
                Traces.telling(session.connection().settings().tracing(), source, unpacking);
        session.gate().enterReceive(this);
        try {
            session.acknowledgement().awaitBeforeNext();
            Transaction in = session.acknowledgement().begin();
            while (session.gate().awaitOpen(deadline, this)) {
                session.acknowledgement().requireRoom(in, 1);
                Delivery delivery = ask(in, deadline);
                soon = delivery != null && (in != null || !delivery.message().durable());
                T result = delivery == null ? null : session.handover().accept(this, delivery, in, telling);
                if (result != null) {
                    return result;
                }
                if (closed || deadline == NOW || isOver(deadline)) {
                    break;
                }
                // Stopped while it waited, or the message was not for this transaction: once more.
            }
            if (closed || session.gate().isClosing()) {
                // A pool closes the session when its branch was rolled back: that comes first, and is to be heard of.
                session.acknowledgement().goOn(in);
            }
            return null;
        } catch (InterruptedException e) {
            throw JmsExceptions.interrupted(
                    "receiving from " + source.name(), "no message was received, and the call may be repeated", e);
        } finally {
            session.gate().leaveReceive(this);
        }
    }

    private static boolean isOver(long deadline) {
        return deadline != DeliveryGate.FOREVER_NANOS && deadline - System.nanoTime() <= 0;
    }

    /** One message of the bus, or null if the time is over or somebody took the request back. */
    private @Nullable Delivery ask(@Nullable Transaction in, long deadline) throws JMSException, InterruptedException {
        CompletableFuture<Delivery> request = request(in, deadline == NOW, null);
        awaited = request;
        try {
            // Stop and close shut the gate first and take back after: between the two, this sees the gate.
            if (!session.gate().mayReceive() || closed) {
                return takeBack(request);
            }
            return await(request, deadline);
        } catch (CancellationException e) {
            session.idle();
            return null;
        } catch (ExecutionException e) {
            if (closed || session.gate().isClosing()) {
                return null;
            }
            throw JmsExceptions.of(e.getCause() == null ? e : e.getCause());
        } finally {
            awaited = null;
        }
    }

    private @Nullable Delivery await(CompletableFuture<Delivery> request, long deadline)
            throws ExecutionException, InterruptedException {
        try {
            if (session.acknowledgement().isLazy() && !request.isDone()) {
                settleLazily(request, deadline);
            }
            if (soon) {
                Waits.letOthersRun(request);
            }
            if (deadline == NOW || deadline == DeliveryGate.FOREVER_NANOS) {
                return request.get();
            }
            return request.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return takeBack(request);
        } catch (InterruptedException e) {
            giveBack(request);
            throw e;
        }
    }

    /** Lets a lazy session settle when no message comes for a moment. */
    private void settleLazily(CompletableFuture<Delivery> request, long deadline)
            throws ExecutionException, InterruptedException {
        long idle = Acknowledgement.IDLE.toNanos();
        boolean waits =
                deadline != NOW && (deadline == DeliveryGate.FOREVER_NANOS || deadline - System.nanoTime() > idle);
        try {
            request.get(waits ? idle : 0, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            session.idle();
        }
    }

    /** Takes a request back; if the message is on its way already, waits for it. */
    private @Nullable Delivery takeBack(CompletableFuture<Delivery> request) throws ExecutionException {
        return receiver.cancel(request) ? null : Waits.withoutInterruption(request);
    }

    /** Takes a request back without waiting; if the message is on its way already, it is given back when it comes. */
    private void giveBack(CompletableFuture<Delivery> request) {
        if (!receiver.cancel(request)) {
            request.thenAccept(session.settlements()::release);
        }
    }

    /**
     * Asks for a message of the partition, and the session, that feed the transaction, or of any.
     *
     * @param credit which it shares with others, of a request that waits
     */
    CompletableFuture<Delivery> request(@Nullable Transaction in, boolean now, @Nullable SharedCredit credit) {
        // First: who has a key has a partition.
        String key = InTransaction.session(in, source);
        int partition = InTransaction.partition(in, source.settings());
        if (partition == Acknowledgement.ANY_PARTITION) {
            return now ? receiver.receiveNow(partition) : receiver.receive(partition, null, credit);
        }
        return now ? receiver.receiveNow(partition, key) : receiver.receive(partition, key, credit);
    }

    // ---- Receiving for the listener

    /** What its listener waits for. */
    ListenerRequest listenerRequest() {
        return listenerRequest;
    }

    /** Whether a listener waits, and may have messages. */
    boolean listens() {
        return listener != null && !closed && session.gate().mayReceive();
    }

    /** Takes back what the listener waits for. Any thread. */
    void recall() {
        listenerRequest.recall();
    }

    /** Takes back what a receive call waits for; the call sees that it is stopped or closed. Any thread. */
    void interruptReceive() {
        CompletableFuture<Delivery> request = awaited;
        if (request != null) {
            receiver.cancel(request);
        }
    }

    // ---- Closing

    @Override
    public void close() throws JMSException {
        // Once more from another thread it waits as the first time: for a listener or a receive that is at work.
        closed = true;
        ClosingSteps steps = new ClosingSteps();
        steps.run(this::awaitOthers);
        session.forget(this);
        // Maybe no other consumer comes to settle what a lazy session has left; before what it is in may end.
        steps.run(session::idle);
        steps.run(this::closeReceiver);
        steps.end();
    }

    private void awaitOthers() throws JMSException {
        session.gate().wakeAll();
        interruptReceive();
        recall();
        try {
            session.gate().awaitListener(this);
            session.gate().awaitReceivers(this);
        } catch (InterruptedException e) {
            throw JmsExceptions.closedEarly("a consumer of " + source.name(), e);
        }
    }

    /** The session closes, and has waited for everybody. */
    void closeReceiver() throws JMSException {
        closed = true;
        ClosingSteps steps = new ClosingSteps();
        steps.run(this::recall);
        steps.run(this::letGo);
        if (shareEnded.compareAndSet(false, true)) {
            steps.run(() -> session.endingShares().end(source.share()));
        }
        steps.end();
    }

    /** Ends the receiver. */
    void letGo() throws JMSException {
        receiver.close();
    }

    final void requireOpen() throws JMSException {
        session.requireOpen();
        if (closed) {
            throw JmsExceptions.closed("consumer of " + source.name());
        }
    }
}
