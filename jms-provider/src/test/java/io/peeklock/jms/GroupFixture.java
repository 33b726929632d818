/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/**
 * A queue that requires sessions, in memory, and what tests of it do again and again.
 *
 * <p>For one thread.
 */
abstract class GroupFixture {

    static final Duration SOON = Duration.ofMillis(1);
    static final Duration LONG = Duration.ofMillis(TestBroker.LONG_MS);

    @Nullable
    private TestBroker opened;

    @AfterEach
    void close() throws JMSException {
        if (opened != null) {
            opened.close();
        }
    }

    void open(boolean partitioned, String options) throws JMSException {
        opened = new TestBroker(options);
        Waits.answer(
                broker().namespace()
                        .createQueue(QueueDescription.builder("orders")
                                .partitioned(partitioned)
                                .sessionRequired(true)
                                .build()),
                LONG,
                "creating a queue");
    }

    TestBroker broker() {
        if (opened == null) {
            throw new AssertionError("no broker is open");
        }
        return opened;
    }

    Queue orders() throws JMSException {
        return broker().queue("orders");
    }

    BusSession session(int mode) throws JMSException {
        return (BusSession) broker().session(mode);
    }

    void send(String group, String... texts) throws JMSException {
        try (Session session = broker().session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(orders())) {
            for (String text : texts) {
                Message message = session.createTextMessage(text);
                message.setStringProperty("JMSXGroupID", group);
                producer.send(message);
            }
        }
    }

    static String groupOf(Message message) throws JMSException {
        return message.getStringProperty("JMSXGroupID");
    }

    static void assertCode(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        JMSException.class, e -> assertThat(e.getErrorCode()).isEqualTo(code));
    }
}
