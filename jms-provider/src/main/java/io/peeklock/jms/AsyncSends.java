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

    private record Send(
            PeeklockProducer producer, CompletableFuture<?> sent, Message message, CompletionListener listener) {}

    AsyncSends(Executor threads) {
        callbacks = new SerialExecutor(threads);
    }

    /** A send is under way; its listener is called when the future is complete and those before it have been called. */
    void add(PeeklockProducer producer, CompletableFuture<?> sent, Message message, CompletionListener listener) {
        lock.lock();
        try {
            underWay.add(new Send(producer, sent, message, listener));
        } finally {
            lock.unlock();
        }
        sent.whenComplete((number, failure) -> callbacks.execute(this::callBack));
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

    /** Waits until all sends are complete and their listeners have returned. */
    void awaitAll() throws InterruptedException {
        await(send -> true);
    }

    /** The same for those of one producer. */
    void awaitAllOf(PeeklockProducer producer) throws InterruptedException {
        await(send -> send.producer == producer);
    }

    private void await(Predicate<Send> which) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (underWay.stream().anyMatch(which)) {
                ended.await();
            }
        } finally {
            lock.unlock();
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
            removeFirst();
        }
    }

    private static void call(Send send) throws JMSException {
        if (send.message instanceof BytesMessage bytes) {
            // Its listener may read it at once (BytesMessage, first paragraphs).
            bytes.reset();
        }
        Throwable failure = failureOf(send.sent);
        if (failure == null) {
            send.listener.onCompletion(send.message);
        } else {
            send.listener.onException(send.message, JmsExceptions.of(failure));
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
    private void removeFirst() {
        lock.lock();
        try {
            underWay.poll();
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
