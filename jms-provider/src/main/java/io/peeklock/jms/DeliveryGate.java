/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.JMSException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets messages through to the application in one session only while its connection is started and it is open, and lets
 * stop and close wait for those who are inside.
 *
 * <p>Thread safe. Its lock is held for moments only, never while the application or the bus is at work.
 */
final class DeliveryGate {

    /** No end to the wait, on the scale of {@link System#nanoTime()} differences. */
    static final long FOREVER_NANOS = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private volatile boolean started;
    private volatile boolean closing;
    private volatile boolean full;
    private final Map<PeeklockConsumer, Integer> receivers = new IdentityHashMap<>();
    private final Set<PeeklockConsumer> handingOver = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable Thread listenerThread;
    private @Nullable Object listeningConsumer;

    /** What may happen only while the gate is open. */
    @FunctionalInterface
    interface Passage<T> {
        @Nullable
        T pass() throws JMSException;
    }

    /** Whether messages pass now; may change at any moment. */
    boolean isOpen() {
        return started && !closing;
    }

    /** Whether a message may be asked for now: it is open, and not full; may change at any moment. */
    boolean mayReceive() {
        return isOpen() && !full;
    }

    boolean isFull() {
        return full;
    }

    /**
     * Looks whether the session has as many messages as it may; until the next look it receives no more if so.
     *
     * @return whether it had before, and has no more: of several threads that look, one is told
     */
    boolean full(BooleanSupplier isFull) {
        lock.lock();
        try {
            boolean wasFull = full;
            full = isFull.getAsBoolean();
            changed.signalAll();
            return wasFull && !full;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosing() {
        return closing;
    }

    void start() {
        change(() -> started = true);
    }

    /** No message passes after this; those that have passed may still be with their listener. */
    void stop() {
        change(() -> started = false);
    }

    /** As {@link #stop()}, for good. */
    void close() {
        change(() -> closing = true);
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A consumer was closed: whoever waits looks again. */
    void wakeAll() {
        change(() -> {});
    }

    /**
     * Hands something to a {@code receive} call, unless the gate or the consumer was shut meanwhile. Until the call
     * returns, or says {@link #leaveHandover}, a stop waits for it.
     *
     * @return null if it was
     */
    <T> @Nullable T pass(PeeklockConsumer consumer, Passage<T> passage) throws JMSException {
        lock.lock();
        try {
            T passed = passIfOpen(consumer, passage);
            if (passed != null) {
                handingOver.add(consumer);
            }
            return passed;
        } finally {
            lock.unlock();
        }
    }

    /** Hands something to a call that is none of a consumer, unless the gate was shut meanwhile; null if it was. */
    <T> @Nullable T passToCall(Passage<T> passage) throws JMSException {
        lock.lock();
        try {
            return isOpen() ? passage.pass() : null;
        } finally {
            lock.unlock();
        }
    }

    private <T> @Nullable T passIfOpen(PeeklockConsumer consumer, Passage<T> passage) throws JMSException {
        return isOpen() && !consumer.isClosed() ? passage.pass() : null;
    }

    /** What had passed does not reach the application: its {@code receive} call waits on. */
    void leaveHandover(PeeklockConsumer consumer) {
        change(() -> handingOver.remove(consumer));
    }

    /**
     * As {@link #pass}, for the listener that is about to be called on this thread: stop and close wait for its
     * {@link #leaveListener()}.
     */
    <T> @Nullable T passToListener(PeeklockConsumer consumer, Passage<T> passage) throws JMSException {
        lock.lock();
        try {
            T passed = passIfOpen(consumer, passage);
            if (passed != null) {
                listenerThread = Thread.currentThread();
                listeningConsumer = consumer;
            }
            return passed;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #passToListener(PeeklockConsumer, Passage)}, for a listener that is of no consumer but the session's. */
    <T> @Nullable T passToListener(Passage<T> passage) throws JMSException {
        lock.lock();
        try {
            T passed = isOpen() ? passage.pass() : null;
            if (passed != null) {
                listenerThread = Thread.currentThread();
            }
            return passed;
        } finally {
            lock.unlock();
        }
    }

    /** A receive call begins; close waits for its {@link #leaveReceive}. */
    void enterReceive(PeeklockConsumer consumer) {
        lock.lock();
        try {
            receivers.merge(consumer, 1, Integer::sum);
        } finally {
            lock.unlock();
        }
    }

    void leaveReceive(PeeklockConsumer consumer) {
        change(() -> {
            receivers.computeIfPresent(consumer, (same, count) -> count == 1 ? null : count - 1);
            handingOver.remove(consumer);
        });
    }

    /**
     * Waits until the gate is open and not full.
     *
     * @param deadline by {@link System#nanoTime()}, {@link PeeklockConsumer#NOW} or {@link #FOREVER_NANOS}
     * @return false if the time was over first, or the session or the consumer is being closed
     */
    boolean awaitOpen(long deadline, PeeklockConsumer consumer) throws InterruptedException {
        if (mayReceive() || deadline == PeeklockConsumer.NOW) {
            return mayReceive() && !consumer.isClosed();
        }
        lock.lockInterruptibly();
        try {
            while (!mayReceive()) {
                if (closing || consumer.isClosed()) {
                    return false;
                }
                if (deadline == FOREVER_NANOS) {
                    changed.await();
                } else if (!changed.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
                        && deadline - System.nanoTime() <= 0) {
                    return false;
                }
            }
            return !consumer.isClosed();
        } finally {
            lock.unlock();
        }
    }

    void leaveListener() {
        change(() -> {
            listenerThread = null;
            listeningConsumer = null;
        });
    }

    /** Whether the caller is this session's message listener. */
    boolean isListener() {
        lock.lock();
        try {
            return listenerThread == Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no listener of the session is at work; not for itself. */
    void awaitListener() throws InterruptedException {
        await(() -> listenerThread == null || listenerThread == Thread.currentThread());
    }

    /** Waits until this consumer's listener is not at work; not for itself. */
    void awaitListener(PeeklockConsumer consumer) throws InterruptedException {
        await(() -> listeningConsumer != consumer || listenerThread == Thread.currentThread());
    }

    /** Waits until no receive call is about to return a message. */
    void awaitHandovers() throws InterruptedException {
        await(handingOver::isEmpty);
    }

    /** Waits until all receive calls have returned. */
    void awaitReceivers() throws InterruptedException {
        await(receivers::isEmpty);
    }

    /** Waits until the receive calls of one consumer have returned. */
    void awaitReceivers(PeeklockConsumer consumer) throws InterruptedException {
        await(() -> !receivers.containsKey(consumer));
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!condition.getAsBoolean()) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }
}
