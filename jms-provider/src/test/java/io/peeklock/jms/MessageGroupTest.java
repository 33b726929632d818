/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.all;
import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain consumers on a queue that requires sessions: JMSXGroupID is the session. */
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class MessageGroupTest extends GroupFixture {

    @Parameter
    boolean partitioned;

    @BeforeEach
    void open() throws JMSException {
        open(partitioned, "");
    }

    private MessageConsumer consumer(Session session) throws JMSException {
        return session.createConsumer(orders());
    }

    @Test
    @Tag("G1")
    void aMessageWithoutAGroupIsRefused() throws JMSException {
        MessageProducer producer = session(Session.AUTO_ACKNOWLEDGE).createProducer(orders());
        Message message = session(Session.AUTO_ACKNOWLEDGE).createTextMessage("a");
        assertThatThrownBy(() -> producer.send(message))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("JMSXGroupID");
    }

    @Test
    @Tag("G1")
    void aTransactionHearsOfItAtTheSend() throws JMSException {
        Session session = session(Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(orders());
        assertThatThrownBy(() -> producer.send(session.createTextMessage("a")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Tag("G2")
    @Tag("G3")
    void twoConsumersNeverShareAGroup() throws JMSException {
        send("a", "1", "2", "3");
        send("b", "4", "5");
        Session one = session(Session.CLIENT_ACKNOWLEDGE);
        Session two = session(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer first = consumer(one);
        MessageConsumer second = consumer(two);
        Message ofOne = take(first);
        Message ofTwo = take(second);
        assertThat(groupOf(ofOne)).isNotEqualTo(groupOf(ofTwo));
        assertThat(all(first)).hasSize(groupOf(ofOne).equals("a") ? 2 : 1);
        assertThat(all(second)).hasSize(groupOf(ofTwo).equals("a") ? 2 : 1);
    }

    @Test
    @Tag("G2")
    void aConsumerMovesOnWhenAllIsAcknowledged() throws JMSException {
        send("a", "1", "2");
        send("b", "3");
        Session session = session(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = consumer(session);
        String group = groupOf(take(consumer));
        List<String> rest = all(consumer);
        assertThat(rest).hasSize(group.equals("a") ? 1 : 0);
        Message last = null;
        session.recover();
        for (int i = 0; i <= rest.size(); i++) {
            last = take(consumer);
            assertThat(groupOf(last)).isEqualTo(group);
            assertThat(deliveryCount(last)).isEqualTo(2);
        }
        assertThat(consumer.receiveNoWait()).isNull();
        last.acknowledge();
        assertThat(groupOf(take(consumer))).isNotEqualTo(group);
    }

    @Test
    @Tag("G2")
    void inAutoAcknowledgeOneConsumerGetsThemAllGroupByGroup() throws JMSException {
        send("a", "1", "2");
        send("b", "3", "4");
        List<String> got = all(consumer(session(Session.AUTO_ACKNOWLEDGE)));
        assertThat(got).hasSize(4).containsSubsequence("1", "2").containsSubsequence("3", "4");
        assertThat(List.of(got.get(0), got.get(1))).isIn(List.of("1", "2"), List.of("3", "4"));
    }

    @Test
    @Tag("G2")
    void inAllOtherModesToo() throws JMSException {
        for (int mode : new int[] {Session.DUPS_OK_ACKNOWLEDGE, BusSession.PRE_ACKNOWLEDGE}) {
            send("a", "1", "2");
            send("b", "3");
            try (Session session = session(mode)) {
                MessageConsumer consumer = consumer(session);
                for (int i = 0; i < 3; i++) {
                    take(consumer);
                }
                assertThat(consumer.receiveNoWait()).isNull();
            }
        }
    }

    @Test
    @Tag("G2")
    @Tag("X1")
    void aTransactionKeepsItsGroupUntilItEnds() throws JMSException {
        send("a", "1");
        send("b", "2");
        Session session = session(Session.SESSION_TRANSACTED);
        MessageConsumer consumer = consumer(session);
        String group = groupOf(take(consumer));
        assertThat(consumer.receiveNoWait()).isNull();
        session.rollback();
        Message again = take(consumer);
        assertThat(groupOf(again)).isEqualTo(group);
        session.commit();
        assertThat(groupOf(take(consumer))).isNotEqualTo(group);
        session.commit();
    }

    @Test
    @Tag("X1")
    @Tag("P10")
    void aTransactionSendsToItsGroup() throws JMSException {
        Session session = session(Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(orders());
        for (String text : List.of("1", "2")) {
            Message message = session.createTextMessage(text);
            message.setStringProperty("JMSXGroupID", "a");
            producer.send(message);
        }
        assertCode("InvalidOperation", () -> producer.send(session.createTextMessage("without")));
        session.commit();
        MessageConsumer consumer = consumer(session(Session.AUTO_ACKNOWLEDGE));
        assertThat(text(take(consumer))).isEqualTo("1");
        assertThat(text(take(consumer))).isEqualTo("2");
    }

    @Test
    @Tag("G5")
    void anAbandonedMessageIsTheNext() throws JMSException {
        send("a", "1", "2", "3");
        Session session = session(BusSession.INDIVIDUAL_ACKNOWLEDGE);
        MessageConsumer consumer = consumer(session);
        Message first = take(consumer);
        take(consumer);
        PeekLocked.of(first).abandon();
        assertThat(text(take(consumer))).isEqualTo("1");
        assertThat(text(take(consumer))).isEqualTo("3");
    }

    @Test
    void aListenerGetsOneGroupAfterTheOther() throws JMSException {
        send("a", "1", "2", "3");
        send("b", "4", "5");
        List<String> got = new CopyOnWriteArrayList<>();
        consumer(session(Session.AUTO_ACKNOWLEDGE)).setMessageListener(message -> {
            try {
                got.add(String.valueOf(text(message)));
            } catch (JMSException e) {
                got.add(e.toString());
            }
        });
        await().until(() -> got.size() == 5);
        send("c", "6");
        await().until(() -> got.size() == 6);
        assertThat(got).containsSubsequence("1", "2", "3").containsSubsequence("4", "5");
    }

    @Test
    @Tag("G2")
    void aSelectorThatNamesAGroupTakesThatOne() throws JMSException {
        send("a", "1");
        send("b", "2");
        Session session = session(Session.AUTO_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(orders(), "JMSXGroupID = 'b'");
        assertThat(all(consumer)).containsExactly("2");
        assertThat(consumer.getMessageSelector()).isEqualTo("JMSXGroupID = 'b'");
        send("b", "3");
        assertThat(text(take(consumer))).isEqualTo("3");
    }

    @Test
    void anyOtherSelectorIsRefused() throws JMSException {
        Session session = session(Session.AUTO_ACKNOWLEDGE);
        for (String selector : List.of(
                "JMSPriority = 4", "JMSXGroupID <> 'a'", "JMSXGroupID = 'a' AND x = 1", "JMSXGroupID IN ('a')")) {
            assertThatThrownBy(() -> session.createConsumer(orders(), selector))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("session by session");
        }
    }

    @Test
    @Tag("L9")
    void closingAConsumerLeavesItsMessagesToTheSession() throws JMSException {
        send("a", "1", "2");
        Session session = session(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = consumer(session);
        Message first = take(consumer);
        consumer.close();
        MessageConsumer other = consumer(session(Session.CLIENT_ACKNOWLEDGE));
        assertThat(other.receiveNoWait()).isNull();
        first.acknowledge();
        assertThat(text(take(other))).isEqualTo("2");
    }

    @Test
    @Tag("G4")
    void closingTheSessionCountsWhatItHad() throws JMSException {
        send("a", "1");
        Session session = session(Session.CLIENT_ACKNOWLEDGE);
        take(consumer(session));
        session.close();
        Message again = take(consumer(session(Session.CLIENT_ACKNOWLEDGE)));
        assertThat(text(again)).isEqualTo("1");
        assertThat(deliveryCount(again)).isEqualTo(2);
    }

    @Test
    void deadLettersHaveNoGroups() throws JMSException {
        send("a", "1");
        send("b", "2");
        Session session = session(BusSession.INDIVIDUAL_ACKNOWLEDGE);
        MessageConsumer consumer = consumer(session);
        PeekLocked.of(take(consumer)).deadLetter("bad", null);
        PeekLocked.of(take(consumer)).deadLetter("bad", null);
        MessageConsumer dead = session.createConsumer(
                broker().queue("orders/$deadletterqueue"), "JMSXGroupID = 'b' AND JMSPriority = 4");
        assertThat(all(dead)).containsExactly("2");
    }
}
