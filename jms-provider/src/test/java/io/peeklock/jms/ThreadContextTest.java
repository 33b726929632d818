/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Applications that share a broker, each with a context class loader and inheritable values of its own. */
class ThreadContextTest {

    private static final InheritableThreadLocal<@Nullable String> OF_THE_APPLICATION = new InheritableThreadLocal<>();

    private final PeeklockConnectionFactory factory =
            new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID());
    private final ClassLoader receivers = new ClassLoader(getClass().getClassLoader()) {};
    private final ClassLoader senders = new ClassLoader(getClass().getClassLoader()) {};
    private final BlockingQueue<List<Object>> seen = new LinkedBlockingQueue<>();
    private @Nullable ClassLoader original;
    private Connection receiving;
    private Connection sending;

    @BeforeEach
    void connect() throws JMSException {
        original = Thread.currentThread().getContextClassLoader();
        receiving = connect(receivers);
        sending = connect(senders);
    }

    @AfterEach
    void close() throws JMSException {
        as(original);
        receiving.close();
        sending.close();
        factory.close();
    }

    private Connection connect(ClassLoader application) throws JMSException {
        as(application);
        Connection connection = factory.createConnection();
        connection.start();
        return connection;
    }

    private static void as(@Nullable ClassLoader application) {
        Thread.currentThread().setContextClassLoader(application);
        OF_THE_APPLICATION.set(application == null ? null : application.toString());
    }

    private void note() {
        String inherited = OF_THE_APPLICATION.get();
        seen.add(List.of(
                Thread.currentThread().getContextClassLoader(), inherited == null ? "nothing inherited" : inherited));
    }

    private void exchange() throws JMSException {
        as(senders);
        Session session = receiving.createSession();
        Queue queue = session.createQueue("orders");
        session.createConsumer(queue).setMessageListener(message -> note());
        Session sender = sending.createSession();
        sender.createProducer(queue).send(sender.createMessage(), new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                note();
            }

            @Override
            public void onException(Message message, Exception exception) {
                throw new AssertionError(exception);
            }
        });
        sender.close();
    }

    @Test
    void callListenersInTheContextOfTheirConnection() throws Exception {
        exchange();
        List<List<Object>> both = List.of(next(), next());
        assertThat(both)
                .containsExactlyInAnyOrder(
                        List.of(receivers, "nothing inherited"), List.of(senders, "nothing inherited"));
    }

    private List<Object> next() throws InterruptedException {
        List<Object> one = seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
        if (one == null) {
            throw new AssertionError("no listener was called");
        }
        return one;
    }

    @Test
    void areNotHeldByThreadsOfTheBroker() throws Exception {
        exchange();
        next();
        next();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("peeklock") && !thread.getName().startsWith("peeklock-listener")) {
                assertThat(thread.getContextClassLoader()).as(thread.getName()).isNotIn(receivers, senders);
            }
        }
    }
}
