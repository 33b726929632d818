/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the completion listeners of one session's asynchronous sends: one at a time, in the order of the sends, never
 * on the sender's thread (Jakarta Messaging 7.3.8).
 *
 * <p>Thread safe.
 */
final class AsyncSends {

    private static final Logger LOG = LoggerFactory.getLogger(AsyncSends.class);

    private final SerialExecutor callbacks;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final Deque<Send> underWay = new ArrayDeque<>();
    private long lastNumber;
    private boolean closing;

    /** A send; {@code sent} completes with it. */
    private record Send(
            long number,
            PeeklockProducer producer,
            CompletableFuture<@Nullable Object> sent,
            Message message,
            CompletionListener listener) {}

    /** Gives the future of a send, or throws why it is none. */
    @FunctionalInterface
    interface Start {
        CompletableFuture<?> start() throws JMSException;
    }

    /** @param threads must run what it is given, whatever is closed: each send has its callback */
    AsyncSends(Executor threads) {
        callbacks = new SerialExecutor(threads);
    }

    /**
     * Makes a send, whose listener is called when its future is complete and the listeners of those before it have been
     * called. Who closes from another thread waits for it from here on.
     *
     * @throws JMSException if session or producer close, then no more are begun; or what the start throws, then its listener
     *     is not called
     */
    void send(PeeklockProducer producer, Message message, CompletionListener listener, Start start)
            throws JMSException {
        Send send = begin(producer, message, listener);
        CompletableFuture<?> sent;
        try {
            sent = start.start();
        } catch (JMSException | RuntimeException | Error e) {
            remove(send);
            callbacks.execute(this::callBack);
            throw e;
        }
        sent.whenComplete((number, failure) -> {
            if (failure == null) {
                send.sent.complete(number);
            } else {
                send.sent.completeExceptionally(failure);
            }
            callbacks.execute(this::callBack);
        });
    }

    private Send begin(PeeklockProducer producer, Message message, CompletionListener listener) throws JMSException {
        lock.lock();
        try {
            if (closing) {
                throw JmsExceptions.closed("session");
            }
            producer.requireOpen();
            Send send = new Send(++lastNumber, producer, new CompletableFuture<>(), message, listener);
            underWay.add(send);
            return send;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the caller is a completion listener of the session. */
    boolean isCallback() {
        return callbacks.isWorker();
    }

    /** Whether the caller is a completion listener of a send of this producer. */
    boolean isCallbackOf(PeeklockProducer producer) {
        lock.lock();
        try {
            Send first = underWay.peek();
            return first != null && first.producer == producer && callbacks.isWorker();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all sends that have been made by now are complete and their listeners have returned; not for those
     * that listeners make meanwhile, of which there may be no end.
     */
    void awaitPresent() throws InterruptedException {
        // Not interruptibly: where there is nothing to wait for, it does not matter who has been interrupted.
        lock.lock();
        try {
            long last = lastNumber;
            await(send -> send.number <= last);
        } finally {
            lock.unlock();
        }
    }

    /** No more sends are begun; waits for those under way, as {@link #awaitPresent()}. */
    void close() throws InterruptedException {
        lock.lock();
        try {
            closing = true;
        } finally {
            lock.unlock();
        }
        lock.lockInterruptibly();
        try {
            await(send -> true);
        } finally {
            lock.unlock();
        }
    }

    /**
     * As {@link #awaitPresent()}, for those of one producer, which begins no more. A listener of another producer does
     * not wait: theirs are called after it.
     */
    void awaitAllOf(PeeklockProducer producer) throws InterruptedException {
        if (isCallback()) {
            return;
        }
        lock.lock();
        try {
            await(send -> send.producer == producer);
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private void await(Predicate<Send> which) throws InterruptedException {
        while (underWay.stream().anyMatch(which)) {
            ended.await();
        }
    }

    private void callBack() {
        for (Send send = firstComplete(); send != null; send = firstComplete()) {
            try {
                call(send);
            } catch (Throwable e) {
                // Whatever it was: whoever waits for this send must not wait for ever.
                LOG.warn("a completion listener threw an exception", e);
            }
            remove(send);
        }
    }

    private static void call(Send send) {
        if (send.message instanceof BytesMessage bytes) {
            reset(bytes);
        }
        Throwable failure = failureOf(send.sent);
        if (failure == null) {
            send.listener.onCompletion(send.message);
        } else {
            send.listener.onException(send.message, JmsExceptions.of(failure));
        }
    }

    /** Its listener may read it at once (BytesMessage, first paragraphs). */
    private static void reset(BytesMessage bytes) {
        try {
            bytes.reset();
        } catch (JMSException | RuntimeException e) {
            // Another provider's, or closed with it: its listener is called all the same.
            LOG.warn("a bytes message that was sent could not be reset for its completion listener", e);
        }
    }

    private static @Nullable Throwable failureOf(CompletableFuture<?> sent) {
        return sent.handle((number, failure) -> failure).join();
    }

    private @Nullable Send firstComplete() {
        lock.lock();
        try {
            Send first = underWay.peek();
            return first != null && first.sent.isDone() ? first : null;
        } finally {
            lock.unlock();
        }
    }

    /** Only after its listener has returned: whoever waits, waits for that too. */
    private void remove(Send send) {
        lock.lock();
        try {
            Send first = underWay.peek();
            if (first != null && first.number == send.number) {
                underWay.poll();
            } else {
                underWay.removeIf(one -> one.number == send.number);
            }
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
