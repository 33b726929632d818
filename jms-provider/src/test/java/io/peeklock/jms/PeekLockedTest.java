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
import jakarta.jms.Session;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the bus offers on one received message. */
class PeekLockedTest {

    private static final String ORDERS = "orders";

    private TestBroker broker;
    private Session session;
    private MessageConsumer consumer;
    private Message message;
    private PeekLocked lock;

    @BeforeEach
    void receive() throws JMSException {
        broker = new TestBroker();
        session = broker.session(Session.CLIENT_ACKNOWLEDGE);
        consumer = session.createConsumer(broker.queue(ORDERS));
        broker.send(ORDERS, "a", "b");
        message = take(consumer);
        lock = PeekLocked.of(message);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private void assertLost(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        JMSException.class, e -> assertThat(e.getErrorCode()).isEqualTo("MessageLockLost"));
    }

    @Test
    @Tag("L8")
    void namesTheDeliveryAndItsEnd() throws JMSException {
        assertThat(lock.lockToken()).isNotEqualTo(PeekLocked.of(take(consumer)).lockToken());
        assertThat(lock.sequenceNumber()).isEqualTo(message.getLongProperty("JMS_SB_SequenceNumber"));
        assertThat(lock.lockedUntil()).isAfter(Instant.EPOCH);
    }

    @Test
    @Tag("L4")
    void renewingMovesTheEnd() throws JMSException {
        Instant before = lock.lockedUntil();
        Instant renewed = lock.renewLock();
        assertThat(renewed).isAfterOrEqualTo(before);
        assertThat(lock.lockedUntil()).isEqualTo(renewed);
        assertThat(message.getLongProperty("JMS_SB_LockedUntil")).isEqualTo(renewed.toEpochMilli());
    }

    @Test
    @Tag("L2")
    void completeTakesJustThisOne() throws JMSException {
        take(consumer);
        lock.complete();
        session.recover();
        assertThat(text(take(consumer))).isEqualTo("b");
    }

    @Test
    @Tag("L6")
    @Tag("L11")
    void abandonCountsAndChangesProperties() throws JMSException {
        Map<String, @Nullable Object> changes = new HashMap<>();
        changes.put("why", "busy");
        lock.abandon(changes);
        Message again = take(consumer);
        assertThat(text(again)).isEqualTo("a");
        assertThat(deliveryCount(again)).isEqualTo(2);
        assertThat(again.getStringProperty("why")).isEqualTo("busy");
    }

    @Test
    @Tag("L10")
    void releaseDoesNotCount() throws JMSException {
        lock.release();
        Message again = take(consumer);
        assertThat(text(again)).isEqualTo("a");
        assertThat(deliveryCount(again)).isEqualTo(1);
    }

    @Test
    @Tag("L7")
    void isGoodForOneSettlement() throws JMSException {
        lock.abandon();
        Message again = take(consumer);
        assertLost(lock::complete);
        assertLost(lock::renewLock);
        assertLost(() -> lock.deadLetter("r", "d"));
        PeekLocked.of(again).complete();
    }

    @Test
    void isNotThereOnANewMessage() throws JMSException {
        assertThatThrownBy(() -> PeekLocked.of(session.createTextMessage())).isInstanceOf(JMSException.class);
        Message none = session.createConsumer(broker.queue("empty")).receiveNoWait();
        assertThatThrownBy(() -> PeekLocked.of(none))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("none came in time");
    }
}
