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

import io.peeklock.broker.entity.EntityOptions;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TransactionRolledBackException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in a transaction that is open, and what becomes of it: for whoever looks, waits, forwards, expires, deletes. */
@Tag("X1")
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class OpenTransactionTest extends TransactionFixture {

    OpenTransactionTest(boolean partitioned) {
        super(partitioned);
    }

    private List<String> browsed(String queue) throws JMSException {
        try (Session looking = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            List<String> texts = new ArrayList<>();
            for (Object m :
                    Collections.list(looking.createBrowser(broker.queue(queue)).getEnumeration())) {
                texts.add(text((Message) m));
            }
            return texts;
        }
    }

    @Test
    void isSeenByNobodyWhoBrowses() throws JMSException {
        put(IN, "a", "b");
        take(consumer(IN));
        send(OUT, "x");
        assertThat(browsed(IN)).containsExactly("a", "b");
        assertThat(browsed(OUT)).isEmpty();
        assertThat(Collections.list(session.createBrowser(broker.queue(OUT)).getEnumeration()))
                .isEmpty();
        session.commit();
        assertThat(browsed(IN)).containsExactly("b");
        assertThat(browsed(OUT)).containsExactly("x");
    }

    @Test
    void comesToAnEndInTheDeadLetterQueueAfterAllItsRollbacks() throws JMSException {
        create(queue("three").maxDeliveryCount(3));
        put("three", "a", "b");
        MessageConsumer c = consumer("three");
        for (int i = 1; i <= 3; i++) {
            Message m = take(c);
            assertThat(text(m)).isEqualTo("a");
            assertThat(deliveryCount(m)).isEqualTo(i);
            assertThat(m.getJMSRedelivered()).isEqualTo(i > 1);
            session.rollback();
        }
        assertThat(text(take(c))).isEqualTo("b");
        session.commit();
        MessageConsumer dead = consumer("three/$deadletterqueue");
        Message d = take(dead);
        assertThat(text(d)).isEqualTo("a");
        assertThat(d.getStringProperty("DeadLetterReason")).isEqualTo("MaxDeliveryCountExceeded");
        session.rollback();
        Message again = take(dead);
        assertThat(text(again)).isEqualTo("a");
        session.commit();
        assertThat(shown("three/$deadletterqueue")).isEmpty();
    }

    @Test
    void isForwardedByItsCommitAlone() throws JMSException {
        create(queue("end"));
        create(queue("mid").forwardTo("end"));
        create(queue("start").forwardTo("mid"));
        send("start", "x");
        assertThat(shown("end")).isEmpty();
        session.rollback();
        send("start", "y");
        send("start", "z");
        session.commit();
        Awaitility.await().until(() -> shown("end").size() == 2);
        assertThat(broker.drain("end")).containsExactly("y", "z");
        assertThat(shown("start")).isEmpty();
        assertThat(shown("mid")).isEmpty();
    }

    @Test
    void forwardsItsDeadLettersByItsCommitAndItsLastRollback() throws JMSException {
        create(queue("grave"));
        create(queue("src").forwardDeadLetteredMessagesTo("grave").maxDeliveryCount(2));
        put("src", "a", "b");
        MessageConsumer c = consumer("src");
        PeekLocked.of(take(c)).deadLetter("bad", null);
        session.rollback();
        assertThat(shown("grave")).isEmpty();
        PeekLocked.of(take(c)).deadLetter("bad", null);
        session.commit();
        Awaitility.await().until(() -> shown("grave").size() == 1);
        take(c);
        session.rollback();
        take(c);
        session.rollback();
        Awaitility.await().until(() -> shown("grave").size() == 2);
        assertThat(broker.drain("grave")).containsExactly("a", "b");
    }

    @Test
    void isCommittedWithoutWhatWasSentByOthersMeanwhile() throws JMSException {
        create(queue("dup").duplicateDetectionWindow(EntityOptions.DEFAULT_WINDOW));
        put(IN, "a");
        take(consumer(IN));
        TextMessage m = message(session, "tx");
        m.setStringProperty("JMS_SB_MessageId", KEY);
        try (MessageProducer p = session.createProducer(broker.queue("dup"))) {
            p.send(m);
        }
        try (Session other = broker.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer p = other.createProducer(broker.queue("dup"))) {
            TextMessage o = message(other, "first");
            o.setStringProperty("JMS_SB_MessageId", KEY);
            p.send(o);
        }
        session.commit();
        assertThat(shown(IN)).isEmpty();
        assertThat(broker.drain("dup")).containsExactly("first");
    }

    @Test
    void givesBackWhatHasExpiredToBeDeadLettered() throws Exception {
        create(queue("ttl").deadLetterOnExpiry(true));
        try (Session other = broker.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer p = other.createProducer(broker.queue("ttl"))) {
            p.setTimeToLive(300);
            p.send(message(other, "a"));
            p.send(message(other, "b"));
        }
        MessageConsumer c = consumer("ttl");
        take(c);
        take(c);
        Instant late = Instant.now().plusMillis(500);
        Awaitility.await().until(() -> Instant.now().isAfter(late));
        session.rollback();
        Awaitility.await().until(() -> shown("ttl/$deadletterqueue").size() == 2);
        assertThat(shown("ttl")).isEmpty();
        assertThat(c.receiveNoWait()).isNull();
    }

    @Test
    void deadLettersByItsCommitWhatHasExpiredBefore() throws Exception {
        create(queue("ttl").deadLetterOnExpiry(true));
        try (MessageProducer p = session.createProducer(broker.queue("ttl"))) {
            p.setTimeToLive(1);
            p.send(message(session, "a"));
        }
        Instant late = Instant.now().plusMillis(50);
        Awaitility.await().until(() -> Instant.now().isAfter(late));
        session.commit();
        Awaitility.await().until(() -> shown("ttl/$deadletterqueue").size() == 1);
        assertThat(broker.drain("ttl")).isEmpty();
    }

    @Test
    void delaysFromItsCommitOn() throws Exception {
        try (MessageProducer p = session.createProducer(broker.queue(OUT))) {
            p.setDeliveryDelay(3600_000);
            p.send(message(session, "late"));
            p.setDeliveryDelay(0);
            p.send(message(session, "now"));
        }
        assertThat(shown(OUT)).isEmpty();
        session.commit();
        assertThat(shown(OUT)).containsExactlyInAnyOrder("late Scheduled", "now Active");
        assertThat(broker.drain(OUT)).containsExactly("now");
        assertThat(shown(OUT)).containsExactly("late Scheduled");
    }

    @Test
    void isRolledBackIfATemporaryQueueOfItHasGone() throws Exception {
        put(IN, "a");
        Session other = broker.session(Session.AUTO_ACKNOWLEDGE);
        TemporaryQueue temp = other.createTemporaryQueue();
        MessageConsumer c = consumer(IN);
        take(c);
        send(OUT, "x");
        try (MessageProducer p = session.createProducer(temp)) {
            p.send(session.createTextMessage("reply"));
        }
        temp.delete();
        assertThatThrownBy(session::commit).isInstanceOf(TransactionRolledBackException.class);
        assertThat(shown(OUT)).isEmpty();
        Message again = take(c);
        assertThat(deliveryCount(again)).isEqualTo(2);
        send(OUT, "y");
        session.commit();
        assertThat(broker.drain(OUT)).containsExactly("y");
    }

    @Test
    void isGivenBackInOrderToConsumersWithSelectors() throws Exception {
        try (Session other = broker.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer p = other.createProducer(broker.queue(IN))) {
            for (int i = 0; i < 6; i++) {
                TextMessage m = message(other, "" + i);
                m.setIntProperty("n", i % 2);
                p.send(m);
            }
        }
        MessageConsumer even = session.createConsumer(broker.queue(IN), "n = 0");
        MessageConsumer odd = session.createConsumer(broker.queue(IN), "n = 1");
        assertThat(text(take(odd))).isEqualTo("1");
        assertThat(text(take(even))).isEqualTo("0");
        assertThat(text(take(odd))).isEqualTo("3");
        session.rollback();
        assertThat(all(even)).containsExactly("0", "2", "4");
        assertThat(all(odd)).containsExactly("1", "3", "5");
        session.rollback();
        even.close();
        assertThat(all(odd)).containsExactly("1", "3", "5");
        session.commit();
        assertThat(broker.drain(IN)).containsExactly("0", "2", "4");
    }

    @Test
    void keepsWhatAClosedConsumerHadReceived() throws Exception {
        put(IN, "a", "b");
        MessageConsumer c = consumer(IN);
        take(c);
        c.close();
        assertThat(shown(IN)).containsExactly("a Locked", "b Active");
        send(OUT, "x");
        session.commit();
        assertThat(broker.drain(IN)).containsExactly("b");
        assertThat(broker.drain(OUT)).containsExactly("x");
    }

    @Test
    void makesItsCopiesForSubscriptionsByItsCommit() throws Exception {
        Topic topic = broker.topic("news");
        Session other = broker.session(Session.AUTO_ACKNOWLEDGE);
        MessageConsumer a = other.createSharedDurableConsumer(topic, "a");
        MessageConsumer b = other.createSharedDurableConsumer(topic, "b", "n = 1");
        MessageConsumer own = session.createConsumer(topic);
        MessageConsumer volatileOne = other.createSharedConsumer(topic, "v");
        try (MessageProducer p = session.createProducer(topic)) {
            TextMessage m = session.createTextMessage("m");
            m.setIntProperty("n", 1);
            p.send(m);
            p.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            p.send(session.createTextMessage("np"));
        }
        assertThat(all(a)).isEmpty();
        assertThat(all(own)).isEmpty();
        session.rollback();
        assertThat(all(a)).isEmpty();
        try (MessageProducer p = session.createProducer(topic)) {
            TextMessage m = session.createTextMessage("m");
            m.setIntProperty("n", 1);
            p.send(m);
            p.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            p.send(session.createTextMessage("np"));
        }
        MessageConsumer lateOne = other.createSharedConsumer(topic, "late");
        session.commit();
        assertThat(all(a)).containsExactly("m", "np");
        assertThat(all(b)).containsExactly("m");
        assertThat(all(own)).containsExactly("m", "np");
        assertThat(all(volatileOne)).containsExactly("m", "np");
        assertThat(all(lateOne)).as("the commit is the publish").containsExactly("m", "np");
        session.rollback();
        assertThat(all(own)).containsExactly("m", "np");
        session.commit();
    }

    @Test
    void givesDeferredMessagesBackAsDeferredOnes() throws Exception {
        put(IN, "a", "b", "c");
        MessageConsumer c = consumer(IN);
        PeekLocked a = PeekLocked.of(take(c));
        PeekLocked b = PeekLocked.of(take(c));
        a.defer();
        b.defer();
        session.commit();
        BusSession bus = (BusSession) session;
        for (int i = 1; i <= 3; i++) {
            List<Message> got = bus.receiveDeferred(broker.queue(IN), b.sequenceNumber(), a.sequenceNumber());
            assertThat(deliveryCount(got.get(0))).isEqualTo(i);
            assertThatThrownBy(() -> bus.receiveDeferred(broker.queue(IN), b.sequenceNumber()))
                    .isInstanceOfSatisfying(
                            JMSException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("MessageNotFound"));
            session.rollback();
            assertThat(shown(IN)).containsExactly("a Deferred", "b Deferred", "c Active");
        }
        List<Message> got = bus.receiveDeferred(broker.queue(IN), b.sequenceNumber(), a.sequenceNumber());
        PeekLocked.of(got.get(0)).defer();
        PeekLocked.of(got.get(1)).abandon();
        session.commit();
        assertThat(shown(IN)).containsExactly("a Deferred", "b Deferred", "c Active");
    }

    @Test
    void hasNothingToCancelBeforeItsCommit() throws Exception {
        BusSession bus = (BusSession) session;
        long n = bus.schedule(
                broker.queue(OUT), message(session, "s"), Instant.now().plusSeconds(3600));
        assertThat(shown(OUT)).isEmpty();
        assertThatThrownBy(() -> bus.cancelScheduled(broker.queue(OUT), n))
                .isInstanceOfSatisfying(
                        JMSException.class, e -> assertThat(e.getErrorCode()).isEqualTo("MessageNotFound"));
        session.commit();
        assertThat(shown(OUT)).containsExactly("s Scheduled");
        bus.cancelScheduled(broker.queue(OUT), n);
        assertThat(shown(OUT)).isEmpty();
        session.rollback();
    }

    @Test
    void forgetsDelaysAndPropertiesInARollback() throws Exception {
        put(IN, "a");
        MessageConsumer c = consumer(IN);
        PeekLocked.of(take(c)).abandon(Duration.ofHours(1), Map.of("p", 1));
        session.rollback();
        Message m = take(c);
        assertThat(m.propertyExists("p")).isFalse();
        PeekLocked.of(m).abandon(Map.of("p", 1));
        session.commit();
        m = take(c);
        assertThat(m.getIntProperty("p")).isEqualTo(1);
        assertThat(deliveryCount(m)).isEqualTo(3);
        PeekLocked.of(m).abandon(Duration.ofHours(1));
        session.commit();
        assertThat(shown(IN)).containsExactly("a Scheduled");
        assertThat(c.receiveNoWait()).isNull();
    }
}
