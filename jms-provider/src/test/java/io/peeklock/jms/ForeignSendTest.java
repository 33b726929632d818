/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.jms.message.MessageSettings;
import io.peeklock.jms.message.PeeklockBytesMessage;
import io.peeklock.jms.message.PeeklockMessage;
import io.peeklock.jms.message.PeeklockTextMessage;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Sending messages of another provider (Jakarta Messaging 3.12): headers are set on the application's object. */
@DisplayName("3.12: messages of another provider")
class ForeignSendTest {

    private TestBroker broker;
    private MessageProducer producer;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        producer = broker.session(Session.AUTO_ACKNOWLEDGE).createProducer(broker.queue("orders"));
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    /** The same message, but of a class that is not ours. */
    private static <T extends Message> T foreign(Class<T> type, PeeklockMessage behind) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            try {
                return method.invoke(behind, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private static TextMessage text() throws JMSException {
        PeeklockTextMessage behind = new PeeklockTextMessage(MessageSettings.DEFAULT);
        behind.setText("a");
        behind.setIntProperty("p", 1);
        return foreign(TextMessage.class, behind);
    }

    private Message received() throws JMSException {
        return TestBroker.take(broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(broker.queue("orders")));
    }

    private void hasTheHeadersOfTheSend(Message sent) throws JMSException {
        Message received = received();
        assertThat(sent.getJMSMessageID()).startsWith("ID:").isEqualTo(received.getJMSMessageID());
        assertThat(sent.getJMSDestination()).isEqualTo(broker.queue("orders"));
        assertThat(sent.getJMSTimestamp()).isPositive().isEqualTo(received.getJMSTimestamp());
        assertThat(sent.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(sent.getJMSPriority()).isEqualTo(7).isEqualTo(received.getJMSPriority());
        assertThat(sent.getJMSExpiration()).isPositive();
        assertThat(sent.getJMSDeliveryTime()).isPositive();
        assertThat(TestBroker.text(received)).isEqualTo("a");
        assertThat(received.getIntProperty("p")).isEqualTo(1);
    }

    @Test
    void haveTheirHeadersSetByASend() throws JMSException {
        TextMessage sent = text();
        producer.send(sent, DeliveryMode.NON_PERSISTENT, 7, TestBroker.LONG_MS);
        hasTheHeadersOfTheSend(sent);
    }

    @Test
    void haveTheirHeadersSetByAnAsynchronousSendThatCallsBackWithThem() throws Exception {
        TextMessage sent = text();
        CompletableFuture<Message> completed = new CompletableFuture<>();
        producer.send(sent, DeliveryMode.NON_PERSISTENT, 7, TestBroker.LONG_MS, new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                completed.complete(message);
            }

            @Override
            public void onException(Message message, Exception exception) {
                completed.completeExceptionally(exception);
            }
        });
        assertThat(completed.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isSameAs(sent);
        hasTheHeadersOfTheSend(sent);
    }

    @Test
    void canBeSentInATransaction() throws JMSException {
        Session transacted = broker.session(Session.SESSION_TRANSACTED);
        transacted.createProducer(broker.queue("orders")).send(text());
        transacted.commit();
        assertThat(TestBroker.text(received())).isEqualTo("a");
    }

    @Test
    void getOptionsOfTheSimplifiedApi() throws JMSException {
        try (JMSContext context = broker.factory.createContext()) {
            TextMessage sent = text();
            context.createProducer().setProperty("q", 2).setJMSType("t").send(broker.queue("orders"), sent);
            assertThat(sent.getIntProperty("q")).isEqualTo(2);
            assertThat(received().getJMSType()).isEqualTo("t");
        }
    }

    @Test
    void ofBytesAreReadFromTheirStartWhateverWasReadOfThem() throws JMSException {
        PeeklockBytesMessage behind = new PeeklockBytesMessage(MessageSettings.DEFAULT);
        behind.writeInt(1);
        behind.writeInt(2);
        behind.reset();
        behind.readInt();
        producer.send(foreign(BytesMessage.class, behind));
        BytesMessage received = (BytesMessage) received();
        assertThat(received.readInt()).isEqualTo(1);
        assertThat(received.readInt()).isEqualTo(2);
        assertThatThrownBy(received::readByte).isInstanceOf(MessageEOFException.class);
    }
}
