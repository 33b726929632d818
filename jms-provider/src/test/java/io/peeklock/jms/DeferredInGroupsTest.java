/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.all;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Deferred messages of a session, received by a plain consumer that holds it. */
@Tag("F6")
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class DeferredInGroupsTest extends GroupFixture {

    @Parameter
    boolean partitioned;

    @BeforeEach
    void open() throws JMSException {
        open(partitioned, "");
    }

    @Test
    void comeToWhoHoldsTheirGroup() throws JMSException {
        send("a", "1", "2", "3");
        BusSession session = session(BusSession.INDIVIDUAL_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(orders());
        PeekLocked first = PeekLocked.of(take(consumer));
        first.defer();
        Message second = take(consumer);
        Message again =
                session.receiveDeferred(orders(), first.sequenceNumber()).get(0);
        assertThat(text(again)).isEqualTo("1");
        second.acknowledge();
        again.acknowledge();
        assertThat(all(consumer)).containsExactly("3");
    }

    @Test
    void comeToNobodyElse() throws JMSException {
        send("a", "1", "2");
        send("b", "3");
        BusSession session = session(BusSession.INDIVIDUAL_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(orders(), "JMSXGroupID = 'a'");
        PeekLocked first = PeekLocked.of(take(consumer));
        first.defer();
        take(consumer);
        BusSession other = session(BusSession.INDIVIDUAL_ACKNOWLEDGE);
        assertCode("InvalidOperation", () -> other.receiveDeferred(orders(), first.sequenceNumber()));
        MessageConsumer ofOther = other.createConsumer(orders());
        assertCode("SessionLockLost", () -> other.receiveDeferred(orders(), first.sequenceNumber()));
        assertThat(text(take(ofOther))).isEqualTo("3");
        assertCode("MessageNotFound", () -> other.receiveDeferred(orders(), first.sequenceNumber()));
    }

    @Test
    void comeToTheConsumerThatHoldsTheGroupWhereASessionHasSeveral() throws JMSException {
        send("a", "1", "2");
        send("b", "3", "4");
        BusSession session = session(BusSession.INDIVIDUAL_ACKNOWLEDGE);
        MessageConsumer ofA = session.createConsumer(orders(), "JMSXGroupID = 'a'");
        MessageConsumer ofB = session.createConsumer(orders(), "JMSXGroupID = 'b'");
        PeekLocked a = PeekLocked.of(take(ofA));
        PeekLocked b = PeekLocked.of(take(ofB));
        a.defer();
        b.defer();
        take(ofA);
        take(ofB);
        assertThat(text(session.receiveDeferred(orders(), a.sequenceNumber()).get(0)))
                .isEqualTo("1");
        assertThat(text(session.receiveDeferred(orders(), b.sequenceNumber()).get(0)))
                .isEqualTo("3");
    }

    @Test
    void comeToAListenerInTheMiddleOfItsGroup() throws JMSException {
        BusSession session = session(Session.AUTO_ACKNOWLEDGE);
        List<String> seen = new CopyOnWriteArrayList<>();
        AtomicLong deferred = new AtomicLong();
        session.createConsumer(orders()).setMessageListener(message -> {
            try {
                if (deferred.get() == 0) {
                    PeekLocked lock = PeekLocked.of(message);
                    lock.defer();
                    deferred.set(lock.sequenceNumber());
                } else {
                    seen.add(String.valueOf(text(message)));
                    seen.add(String.valueOf(text(
                            session.receiveDeferred(orders(), deferred.get()).get(0))));
                }
            } catch (JMSException e) {
                seen.add(e.toString());
            }
        });
        send("a", "1", "2");
        await().until(() -> seen.size() == 2);
        assertThat(seen).containsExactly("2", "1");
        await().until(() -> session.listSessions(orders()).isEmpty());
    }

    @Test
    @Tag("X1")
    void areCommittedAndRolledBackWithTheTransaction() throws JMSException {
        send("a", "1", "2");
        BusSession session = session(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(orders());
        PeekLocked first = PeekLocked.of(take(consumer));
        first.defer();
        consumer.close();
        BusSession transacted = session(Session.SESSION_TRANSACTED);
        MessageConsumer next = transacted.createConsumer(orders());
        take(next);
        transacted.receiveDeferred(orders(), first.sequenceNumber());
        transacted.rollback();
        assertThat(text(take(next))).isEqualTo("2");
        assertThat(transacted.receiveDeferred(orders(), first.sequenceNumber())).hasSize(1);
        transacted.commit();
        assertThat(transacted.listSessions(orders())).isEmpty();
    }

    @Test
    @Tag("L1")
    void areRemovedBeforeTheyAreHandedOverInMode100() throws JMSException {
        send("a", "1");
        BusSession client = session(Session.CLIENT_ACKNOWLEDGE);
        long number;
        try (SessionConsumer held = client.acceptSession(orders(), "a")) {
            PeekLocked lock = PeekLocked.of(take(held));
            lock.defer();
            number = lock.sequenceNumber();
        }
        BusSession session = session(BusSession.PRE_ACKNOWLEDGE);
        try (SessionConsumer held = session.acceptSession(orders(), "a")) {
            assertThat(held.receiveDeferred(number)).hasSize(1);
        }
        assertThat(client.peekSession(orders(), "a", 0, 10)).isEmpty();
    }
}
