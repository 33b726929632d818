/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A close that comes while an asynchronous send is on its way into the bus: no listener is called after it. */
@Tag("7.3.4")
class CloseMeetsSendTest {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private InterceptedBroker broker;
    private Session session;
    private MessageProducer producer;
    private Queue queue;

    @BeforeEach
    void open() throws JMSException {
        broker = new InterceptedBroker("");
        session = broker.connection.createSession();
        queue = session.createQueue("orders");
        producer = session.createProducer(null);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private Callable<Void> closing(Callable<Void> close) {
        return () -> {
            close.call();
            events.add("closed");
            return null;
        };
    }

    private void meets(Callable<Void> close) throws Exception {
        broker.hold("resolve");
        Message message = session.createTextMessage("a");
        Running<Void> send = Running.start((Callable<Void>) () -> {
                    producer.send(queue, message, new CompletionListener() {
                        @Override
                        public void onCompletion(Message sent) {
                            events.add("complete");
                        }

                        @Override
                        public void onException(Message sent, Exception exception) {
                            events.add("failed");
                        }
                    });
                    return null;
                })
                .untilItWaits();
        Running<Void> closer = Running.start(closing(close)).untilItWaits();
        broker.release("resolve");
        closer.result();
        send.result();
        assertThat(events).containsExactly("complete", "closed");
    }

    @Test
    void ofItsProducer() throws Exception {
        meets(() -> {
            producer.close();
            return null;
        });
    }

    @Test
    void ofItsSession() throws Exception {
        meets(() -> {
            session.close();
            return null;
        });
    }

    @Test
    void ofItsConnection() throws Exception {
        meets(() -> {
            broker.connection.close();
            return null;
        });
    }

    /** It is not waited for, and those behind it have their listeners called. */
    @Test
    void ofOneThatCannotBegin() throws Exception {
        broker.failing("resolve", new IllegalStateException("as the test wished"));
        CompletionListener listener = new CompletionListener() {
            @Override
            public void onCompletion(Message sent) {
                events.add("complete");
            }

            @Override
            public void onException(Message sent, Exception exception) {
                events.add("failed");
            }
        };
        Message message = session.createTextMessage("a");
        assertThatThrownBy(() -> producer.send(queue, message, listener)).isInstanceOf(IllegalStateException.class);
        broker.mend("resolve");
        producer.send(queue, message, listener);
        session.close();
        assertThat(events).containsExactly("complete");
    }
}
