/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionRolledBackException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** What a transaction has received by a consumer of one session, when that is closed before the transaction ends. */
@Tag("G4")
@Tag("X1")
@ParameterizedClass(name = "partitioned: {0}, profile {1}")
@CsvSource({"false, jms", "true, jms", "false, azure", "true, azure"})
class ClosedGroupsInTransactionTest extends TransactionFixture {

    private static final String GROUPS = "groups";

    private final String profile;

    ClosedGroupsInTransactionTest(boolean partitioned, String profile) {
        super(partitioned);
        this.profile = profile;
    }

    @Override
    @BeforeEach
    void open() throws JMSException {
        open("&profile=" + profile);
        create(queue(GROUPS).sessionRequired(true).maxDeliveryCount(2));
        try (Session plain = broker.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = plain.createProducer(broker.queue(GROUPS))) {
            for (String text : new String[] {"a", "b"}) {
                TextMessage message = plain.createTextMessage(text);
                message.setStringProperty("JMSXGroupID", KEY);
                producer.send(message);
            }
        }
    }

    private SessionConsumer accept() throws JMSException {
        return ((BusSession) session).acceptSession(broker.queue(GROUPS), KEY);
    }

    @Test
    @Tag("L6")
    void isCountedOnceByTheClose() throws JMSException {
        try (SessionConsumer held = accept()) {
            assertThat(text(take(held))).isEqualTo("a");
            assertThat(text(take(held))).isEqualTo("b");
        }
        session.rollback();
        try (SessionConsumer held = accept()) {
            for (String text : new String[] {"a", "b"}) {
                Message again = take(held);
                assertThat(text(again)).isEqualTo(text);
                assertThat(deliveryCount(again)).isEqualTo(2);
            }
        }
        session.rollback();
    }

    @Test
    @Tag("L12")
    void goesToTheDeadLetterQueueInTheEnd() throws JMSException {
        try (SessionConsumer held = accept()) {
            take(held);
        }
        session.rollback();
        try (SessionConsumer held = accept()) {
            assertThat(text(take(held))).isEqualTo("a");
        }
        session.rollback();
        try (MessageConsumer dead = consumer(GROUPS + "/$DeadLetterQueue")) {
            assertThat(text(take(dead))).isEqualTo("a");
        }
        session.commit();
    }

    @Test
    void isThereForOthersBeforeTheTransactionEnds() throws JMSException {
        try (SessionConsumer held = accept()) {
            take(held);
        }
        try (Session other = broker.session(Session.SESSION_TRANSACTED);
                SessionConsumer held = ((BusSession) other).acceptSession(broker.queue(GROUPS), KEY)) {
            assertThat(text(take(held))).isEqualTo("a");
            other.commit();
        }
        session.rollback();
        assertThat(shown(GROUPS)).containsExactly("b Active");
    }

    @Test
    void canOnlyBeRolledBack() throws JMSException {
        try (SessionConsumer held = accept()) {
            take(held);
        }
        send(OUT, "x");
        assertThatThrownBy(session::commit)
                .isInstanceOfSatisfying(
                        TransactionRolledBackException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo("SessionLockLost"));
        assertThat(shown(OUT)).isEmpty();
        try (SessionConsumer held = accept()) {
            assertThat(deliveryCount(take(held))).isEqualTo(2);
        }
    }
}
