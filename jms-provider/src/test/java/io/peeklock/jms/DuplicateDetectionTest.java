/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.EntityOptions;
import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are sent twice, as programs of Jakarta Messaging do: rules U1, U5, U6. */
class DuplicateDetectionTest {
    private TestBroker broker;
    private Session session;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        session = broker.session(Session.AUTO_ACKNOWLEDGE);
        create("plain", false);
        create("spread", true);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private void create(String name, boolean partitioned) throws JMSException {
        broker.namespace()
                .createQueue(QueueDescription.builder(name)
                        .partitioned(partitioned)
                        .duplicateDetectionWindow(EntityOptions.DEFAULT_WINDOW)
                        .build())
                .join();
    }

    private void send(Session by, String queue, String text, String id) throws JMSException {
        try (MessageProducer producer = by.createProducer(broker.queue(queue))) {
            TextMessage message = by.createTextMessage(text);
            if (!id.isEmpty()) {
                message.setStringProperty("JMS_SB_MessageId", id);
            }
            producer.send(message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "spread"})
    @Tag("U1")
    void whatHasTheSameIdIsThereOnce(String queue) throws JMSException {
        send(session, queue, "first", "invoice");
        send(session, queue, "second", "invoice");
        assertThat(broker.drain(queue)).containsExactly("first");
        send(session, queue, "third", "invoice");
        assertThat(broker.drain(queue)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "spread"})
    @Tag("U6")
    void theIdOfTheProviderDetectsNothing(String queue) throws JMSException {
        TextMessage message = session.createTextMessage("m");
        try (MessageProducer producer = session.createProducer(broker.queue(queue))) {
            producer.send(message);
            producer.send(message);
        }
        assertThat(broker.drain(queue)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "spread"})
    @Tag("U5")
    void aRollbackLeavesNoTrace(String queue) throws JMSException {
        Session transacted = broker.session(Session.SESSION_TRANSACTED);
        send(transacted, queue, "rolled back", "invoice");
        transacted.rollback();
        send(transacted, queue, "committed", "invoice");
        send(transacted, queue, "again", "invoice");
        transacted.commit();
        assertThat(broker.drain(queue)).containsExactly("committed");
    }

    @Test
    @Tag("P3")
    @Tag("P9")
    @Tag("U6")
    void inATransactionTheIdIsAKeyButNotThatOfTheProvider() throws JMSException {
        Session transacted = broker.session(Session.SESSION_TRANSACTED);
        send(transacted, "spread", "keyed", "invoice-1");
        assertThatThrownBy(() -> {
                    for (int i = 2; i < 40; i++) {
                        send(transacted, "spread", "elsewhere", "invoice-" + i);
                    }
                })
                .isInstanceOf(IllegalStateException.class);
        send(transacted, "spread", "keyless", "");
        transacted.commit();
        assertThat(broker.drain("spread")).contains("keyed", "keyless");
    }
}
