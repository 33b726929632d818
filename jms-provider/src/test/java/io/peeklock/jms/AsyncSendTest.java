/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Asynchronous sends: order and threads of their callbacks, and what waits for them (Jakarta Messaging 7.3). */
class AsyncSendTest {

    private static final String ORDERS = "orders";

    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();
    private TestBroker broker;
    private Session session;
    private MessageProducer producer;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        session = broker.session(Session.AUTO_ACKNOWLEDGE);
        producer = session.createProducer(broker.queue(ORDERS));
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private CompletionListener noting() {
        return new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                try {
                    done.add(String.valueOf(text(message)));
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void onException(Message message, Exception exception) {
                done.add(exception.getClass().getSimpleName());
            }
        };
    }

    private CompletionListener doing(Running.@Nullable Task task, CompletableFuture<@Nullable Throwable> end) {
        return new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                try {
                    if (task != null) {
                        task.run();
                    }
                    end.complete(null);
                } catch (Throwable e) {
                    end.complete(e);
                }
            }

            @Override
            public void onException(Message message, Exception exception) {
                end.complete(exception);
            }
        };
    }

    @Test
    void callsBackInOrder() throws Exception {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sent.add("m" + i);
            producer.send(session.createTextMessage("m" + i), noting());
        }
        producer.close();
        assertThat(done).containsExactlyElementsOf(sent);
    }

    @Test
    void neverCallsOnTheSendersThread() throws Exception {
        CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
        Thread sender = Thread.currentThread();
        producer.send(
                session.createTextMessage("a"),
                doing(() -> assertThat(Thread.currentThread()).isNotSameAs(sender), end));
        assertThat(end.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void reportsAFailure() throws Exception {
        BytesMessage large = session.createBytesMessage();
        large.writeBytes(new byte[300 * 1024]);
        producer.send(large, noting());
        producer.close();
        assertThat(done).containsExactly("JMSException");
    }

    @Test
    void closeWaitsForTheCallback() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
        producer.send(
                session.createTextMessage("a"), doing(() -> go.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS), end));
        Running<Void> close = Running.<Void>start(() -> {
                    session.close();
                    return null;
                })
                .untilItWaits();
        assertThat(close.isDone()).isFalse();
        go.countDown();
        close.result();
        assertThat(end).isCompleted();
    }

    @Test
    void closeAndCommitFromTheCallbackAreRefused() throws Exception {
        Session transacted = broker.session(Session.SESSION_TRANSACTED);
        MessageProducer own = transacted.createProducer(broker.queue(ORDERS));
        for (Running.Task refused : List.<Running.Task>of(
                own::close, transacted::close, transacted::commit, transacted::rollback, broker.connection::close)) {
            CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
            own.send(transacted.createTextMessage("a"), doing(refused, end));
            assertThat(end.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void resetsABytesMessageForItsListener() throws Exception {
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeInt(7);
        CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
        producer.send(bytes, doing(() -> assertThat(bytes.readInt()).isEqualTo(7), end));
        assertThat(end.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void goesOnAfterACallbackThatFails() throws Exception {
        producer.send(session.createTextMessage("a"), new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                throw new AssertionError("on purpose");
            }

            @Override
            public void onException(Message message, Exception exception) {
                done.add("failed");
            }
        });
        producer.send(session.createTextMessage("b"), noting());
        Running.<Void>start(() -> {
                    session.close();
                    return null;
                })
                .result();
        assertThat(done).containsExactly("b");
    }

    @Test
    void needsAListener() {
        assertThatThrownBy(() -> producer.send(session.createMessage(), null))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
