/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message whose settlement was refused is locked as before, and stays with its session: nobody else can unlock it. */
@Tag("G5")
class RefusedSettlementTest extends GroupFixture {

    @BeforeEach
    void open() throws JMSException {
        open(false, "");
        send("a", "1");
    }

    private static void refused(Message message) throws JMSException {
        PeekLocked lock = PeekLocked.of(message);
        assertCode("InvalidOperation", () -> lock.abandon(Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.CLIENT_ACKNOWLEDGE, BusSession.INDIVIDUAL_ACKNOWLEDGE})
    void recoverGivesItBack(int mode) throws JMSException {
        BusSession session = session(mode);
        MessageConsumer consumer = session.createConsumer(orders());
        refused(take(consumer));
        session.recover();
        Message again = take(consumer);
        assertThat(text(again)).isEqualTo("1");
        assertThat(deliveryCount(again)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.CLIENT_ACKNOWLEDGE, BusSession.INDIVIDUAL_ACKNOWLEDGE})
    void itCanBeAcknowledged(int mode) throws JMSException {
        BusSession session = session(mode);
        Message message = take(session.createConsumer(orders()));
        refused(message);
        message.acknowledge();
        assertThat(session.peek(orders(), 0, 10)).isEmpty();
    }

    @Test
    void theCloseOfTheSessionGivesItBack() throws JMSException {
        BusSession session = session(Session.CLIENT_ACKNOWLEDGE);
        refused(take(session.createConsumer(orders())));
        session.close();
        assertThat(text(take(session(Session.AUTO_ACKNOWLEDGE).createConsumer(orders()))))
                .isEqualTo("1");
    }

    /** Locks of this mode are renewed as long as the session lives. */
    @Test
    void aListenerThatThrowsForItGetsItAgain() throws Exception {
        BlockingQueue<Integer> counts = new LinkedBlockingQueue<>();
        session(Session.AUTO_ACKNOWLEDGE).createConsumer(orders()).setMessageListener(message -> {
            try {
                int count = deliveryCount(message);
                counts.add(count);
                if (count == 1) {
                    PeekLocked.of(message).abandon(Duration.ofSeconds(1));
                }
            } catch (JMSException e) {
                throw new java.lang.IllegalStateException(e);
            }
        });
        assertThat(counts.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo(1);
        assertThat(counts.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo(2);
    }

    /** What is in a dead-letter queue cannot be dead-lettered again (rule D1). */
    @Test
    @Tag("D1")
    void whatCannotBeAcknowledgedSoStaysWithTheSession() throws JMSException {
        PeekLocked.of(take(session(Session.CLIENT_ACKNOWLEDGE).createConsumer(orders())))
                .deadLetter("why", null);
        BusSession session = session(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer dead = session.createConsumer(broker().queue("orders/$deadletterqueue"));
        Message message = take(dead);
        message.setIntProperty("JMS_AMQP_ACK_TYPE", 2);
        assertCode("InvalidOperation", message::acknowledge);
        session.recover();
        assertThat(deliveryCount(take(dead))).isEqualTo(2);
    }
}
