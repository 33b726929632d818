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
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Asynchronous sends: order and threads of their callbacks, and what they are told (Jakarta Messaging 7.3). */
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
    @Tag("7.3.8")
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
    @Tag("7.3.8")
    void neverCallsOnTheSendersThread() throws Exception {
        CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
        Thread sender = Thread.currentThread();
        producer.send(
                session.createTextMessage("a"),
                doing(() -> assertThat(Thread.currentThread()).isNotSameAs(sender), end));
        assertThat(end.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    @Tag("7.3.2")
    void reportsAFailure() throws Exception {
        BytesMessage large = session.createBytesMessage();
        large.writeBytes(new byte[300 * 1024]);
        producer.send(large, noting());
        producer.close();
        assertThat(done).containsExactly("JMSException");
    }

    /** Two producers of one session, and sends of both kinds. */
    @Test
    @Tag("7.3.8")
    void callsOneListenerOfTheSessionAtATime() throws Exception {
        MessageProducer other = session.createProducer(broker.queue("other"));
        AtomicInteger atWork = new AtomicInteger();
        List<CompletableFuture<@Nullable Throwable>> ends = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
            ends.add(end);
            CompletionListener alone = doing(
                    () -> {
                        assertThat(atWork.incrementAndGet()).isEqualTo(1);
                        Thread.yield();
                        atWork.decrementAndGet();
                    },
                    end);
            (i % 2 == 0 ? producer : other).send(session.createTextMessage("m" + i), alone);
        }
        for (CompletableFuture<@Nullable Throwable> end : ends) {
            assertThat(end.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    @Tag("7.3.3")
    void keepsTheOrderOfSendsOfBothKinds() throws Exception {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            sent.add("m" + i);
            if (i % 3 == 0) {
                producer.send(session.createTextMessage("m" + i));
            } else {
                producer.send(session.createTextMessage("m" + i), noting());
            }
        }
        producer.close();
        assertThat(broker.drain(ORDERS)).containsExactlyElementsOf(sent);
    }

    /** Then its listener hears nothing. */
    @Test
    @Tag("7.3.2")
    void throwsWhatIsFoundDuringTheCall() throws Exception {
        MessageProducer anonymous = session.createProducer(null);
        MessageProducer closed = session.createProducer(broker.queue(ORDERS));
        closed.close();
        assertThatThrownBy(() -> producer.send((Message) null, noting())).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> anonymous.send((Destination) null, session.createMessage(), noting()))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> anonymous.send(session.createMessage(), noting()))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> producer.send(broker.queue("other"), session.createMessage(), noting()))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> producer.send(session.createMessage(), 3, 4, 0, noting()))
                .isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> closed.send(session.createMessage(), noting()))
                .isInstanceOf(IllegalStateException.class);
        Message message = session.createMessage();
        session.close();
        assertThatThrownBy(() -> producer.send(message, noting())).isInstanceOf(IllegalStateException.class);
        assertThat(done).isEmpty();
    }

    @Test
    @Tag("7.3.6")
    @Tag("3.4.11")
    void givesTheListenerTheMessageThatWasSentWithItsHeaders() throws Exception {
        TextMessage message = session.createTextMessage("a");
        CompletableFuture<Message> given = new CompletableFuture<>();
        producer.send(message, DeliveryMode.NON_PERSISTENT, 7, 60_000, new CompletionListener() {
            @Override
            public void onCompletion(Message sent) {
                given.complete(sent);
            }

            @Override
            public void onException(Message sent, Exception exception) {
                given.completeExceptionally(exception);
            }
        });
        assertThat(given.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isSameAs(message);
        assertThat(message.getJMSMessageID()).startsWith("ID:");
        assertThat(message.getJMSDestination()).isEqualTo(broker.queue(ORDERS));
        assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(message.getJMSPriority()).isEqualTo(7);
        assertThat(message.getJMSExpiration()).isEqualTo(message.getJMSTimestamp() + 60_000);
        assertThat(message.getJMSDeliveryTime()).isEqualTo(message.getJMSTimestamp());
    }

    /** An application should not, but nothing of it gets into what was sent. */
    @Test
    @Tag("7.3.9")
    void sendsTheMessageAsItWasDuringTheCall() throws Exception {
        TextMessage message = session.createTextMessage("as sent");
        producer.send(message, noting());
        message.setText("changed");
        message.setStringProperty("p", "changed");
        producer.close();
        assertThat(broker.drain(ORDERS)).containsExactly("as sent");
    }

    @Test
    void resetsABytesMessageForItsListener() throws Exception {
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeInt(7);
        CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
        producer.send(bytes, doing(() -> assertThat(bytes.readInt()).isEqualTo(7), end));
        assertThat(end.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isNull();
    }

    /** Another provider's, which may be closed by then. */
    @Test
    void callsBackForABytesMessageThatCannotBeReset() throws Exception {
        BytesMessage behind = session.createBytesMessage();
        behind.writeInt(7);
        int resetsOfTheCopy = 2;
        AtomicInteger resets = new AtomicInteger();
        BytesMessage foreign = (BytesMessage) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BytesMessage.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("reset") && resets.incrementAndGet() > resetsOfTheCopy) {
                        throw new JMSException("on purpose");
                    }
                    return method.invoke(behind, arguments);
                });
        CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
        producer.send(foreign, doing(null, end));
        assertThat(end.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isNull();
        assertThat(resets).hasValue(3);
    }

    @Test
    @Tag("7.3.4")
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
