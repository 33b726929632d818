/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Exception listeners and the close of their connection (Jakarta Messaging, Connection.close). */
class ExceptionListenerTest {

    private TestBroker broker;
    private PeeklockConnection connection;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        connection = (PeeklockConnection) broker.factory.createConnection();
    }

    @AfterEach
    void close() throws JMSException {
        connection.close();
        broker.close();
    }

    @RepeatedTest(50)
    void noneIsCalledAfterTheCloseReturned() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger late = new AtomicInteger();
        connection.setExceptionListener(failure -> {
            calls.incrementAndGet();
            if (closed.get()) {
                late.incrementAndGet();
            }
        });
        Running<Void> reporting = Running.start(() -> {
            for (int reports = 0; !closed.get(); reports++) {
                connection.report(new JMSException("as the test wished"));
                while (!closed.get() && calls.get() < reports - 10) {
                    Thread.onSpinWait();
                }
            }
            connection.report(new JMSException("too late"));
            return null;
        });
        await().until(() -> calls.get() > 0);
        connection.close();
        closed.set(true);
        int before = calls.get();
        reporting.result();
        assertThat(late).hasValue(0);
        assertThat(calls).hasValue(before);
    }

    @Test
    void allThatWentWrongBeforeTheCloseIsTold() throws JMSException {
        List<String> told = new CopyOnWriteArrayList<>();
        connection.setExceptionListener(failure -> told.add(failure.getMessage()));
        for (int i = 0; i < 5; i++) {
            connection.report(new JMSException("failure " + i));
        }
        connection.close();
        assertThat(told).hasSize(5);
    }

    @Test
    void mayCloseTheirConnection() throws Exception {
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        AtomicInteger calls = new AtomicInteger();
        connection.setExceptionListener(failure -> {
            int call = calls.incrementAndGet();
            connection.report(new JMSException("a second one, which nobody hears"));
            try {
                connection.close();
                closed.complete(call);
            } catch (JMSException e) {
                closed.completeExceptionally(e);
            }
        });
        connection.report(new JMSException("as the test wished"));
        assertThat(closed.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo(1);
        connection.close();
        assertThat(calls).hasValue(1);
    }

    /** As Spring's shared connection does: it closes under a lock that its exception listener wants too. */
    @Test
    void areNotWaitedForForEver() throws Exception {
        ReentrantLock pool = new ReentrantLock();
        CountDownLatch called = new CountDownLatch(1);
        CompletableFuture<Boolean> returned = new CompletableFuture<>();
        connection.setExceptionListener(failure -> {
            called.countDown();
            pool.lock();
            pool.unlock();
            returned.complete(true);
        });
        pool.lock();
        try {
            connection.report(new JMSException("as the test wished"));
            assertThat(called.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isTrue();
            connection.close();
        } finally {
            pool.unlock();
        }
        assertThat(returned.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isTrue();
    }
}
