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

import io.peeklock.broker.entity.EntityStatus;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused in a transaction or under it, and what closes beside it. */
@Tag("X1")
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class RefusedInTransactionTest extends TransactionFixture {

    RefusedInTransactionTest(boolean partitioned) {
        super(partitioned);
    }

    private void refused(String code, String queue, TextMessage m) throws JMSException {
        try (MessageProducer p = session.createProducer(broker.queue(queue))) {
            assertThatThrownBy(() -> p.send(m))
                    .isInstanceOfSatisfying(
                            JMSException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(code));
        }
    }

    @Test
    void atTheSendHasStagedNothing() throws JMSException {
        create(queue("sess").sessionRequired(true));
        create(queue("small").maxMessageBytes(2000));
        create(queue("off").status(EntityStatus.SEND_DISABLED));
        put(IN, "a");
        take(consumer(IN));
        send(OUT, "x");
        refused("InvalidOperation", "sess", message(session, "no group"));
        TextMessage both = message(session, "both");
        both.setStringProperty("JMSXGroupID", "other");
        refused("InvalidOperation", OUT, both);
        refused("MessageSizeExceeded", "small", message(session, "y".repeat(3000)));
        refused("EntityDisabled", "off", message(session, "y"));
        TextMessage props = message(session, "props");
        props.setStringProperty("p", "z".repeat(70_000));
        refused("MessageSizeExceeded", OUT, props);
        session.commit();
        assertThat(shown(IN)).isEmpty();
        assertThat(broker.drain(OUT)).containsExactly("x");
    }

    @Test
    void byTheCommitIfTheQueueWasDisabledMeanwhile() throws JMSException {
        put(IN, "a");
        MessageConsumer c = consumer(IN);
        take(c);
        send(OUT, "x");
        broker.namespace()
                .updateQueue(queue(OUT).status(EntityStatus.SEND_DISABLED).build())
                .join();
        assertThatThrownBy(session::commit)
                .isInstanceOfSatisfying(
                        TransactionRolledBackException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo("EntityDisabled"));
        assertThat(deliveryCount(take(c))).isEqualTo(2);
        session.commit();
        assertThat(shown(OUT)).isEmpty();
    }

    @Test
    void isNothingThatWasReceivedBeforeItsQueueWasDisabled() throws JMSException {
        put(IN, "a");
        MessageConsumer c = consumer(IN);
        take(c);
        broker.namespace()
                .updateQueue(queue(IN).status(EntityStatus.DISABLED).build())
                .join();
        send(OUT, "x");
        session.commit();
        assertThat(shown(IN)).isEmpty();
        assertThat(broker.drain(OUT)).containsExactly("x");
    }

    @Test
    void byTheCommitIfTheQueueIsFull() throws JMSException {
        create(queue("full").maxSizeBytes(1L << 20));
        put(IN, "a");
        MessageConsumer c = consumer(IN);
        take(c);
        for (int i = 0; i < 6; i++) {
            send("full", "y".repeat(200_000));
        }
        assertThatThrownBy(session::commit)
                .isInstanceOfSatisfying(
                        TransactionRolledBackException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo("QuotaExceeded"));
        assertThat(deliveryCount(take(c))).isEqualTo(2);
        assertThat(shown("full")).isEmpty();
        session.commit();
    }

    @Test
    void orDoneWholeBesideAClose() throws Exception {
        for (int i = 0; i < 60; i++) {
            put(IN, "a");
            Session closing = broker.session(Session.SESSION_TRANSACTED);
            take(closing.createConsumer(broker.queue(IN)));
            send(closing, OUT, "x");
            boolean isCommit = i % 2 == 0;
            Running<Void> ending = Running.start(() -> {
                if (isCommit) {
                    closing.commit();
                } else {
                    closing.rollback();
                }
                return null;
            });
            closing.close();
            // A rollback beside the close may be under way still when that returns.
            boolean ended = ends(ending);
            boolean committed = isCommit && ended;
            assertThat(broker.drain(IN)).isEqualTo(committed ? List.of() : List.of("a"));
            assertThat(broker.drain(OUT)).isEqualTo(committed ? List.of("x") : List.of());
        }
    }

    private static boolean ends(Running<Void> ending) throws Exception {
        try {
            ending.result();
            return true;
        } catch (ExecutionException e) {
            return false;
        }
    }

    @Test
    void isNoCommitOfAStoppedConnection() throws Exception {
        put(IN, "a");
        take(consumer(IN));
        send(OUT, "x");
        broker.connection.stop();
        session.commit();
        broker.connection.start();
        assertThat(broker.drain(OUT)).containsExactly("x");
        assertThat(broker.drain(IN)).isEmpty();
    }

    @Test
    void isGivenToTheOtherConsumerOfASharedSubscription() throws Exception {
        Topic topic = broker.topic("news");
        MessageConsumer mine = session.createSharedConsumer(topic, "s");
        Session two = broker.session(Session.SESSION_TRANSACTED);
        MessageConsumer other = two.createSharedConsumer(topic, "s");
        broker.publish(topic, "a");
        take(mine);
        mine.close();
        broker.publish(topic, "b");
        assertThat(text(take(other))).isEqualTo("b");
        session.rollback();
        Message again = take(other);
        assertThat(text(again)).isEqualTo("a");
        assertThat(deliveryCount(again)).isEqualTo(2);
        two.commit();
    }

    @Test
    void endsASubscriptionWithItsTransaction() throws Exception {
        Topic topic = broker.topic("news");
        MessageConsumer mine = session.createSharedConsumer(topic, "s");
        broker.publish(topic, "a", "b");
        take(mine);
        mine.close();
        assertThat(broker.subscriptions(topic)).hasSize(1);
        session.commit();
        Awaitility.await().until(() -> broker.subscriptions(topic).isEmpty());
        MessageConsumer again = session.createSharedConsumer(topic, "s");
        broker.publish(topic, "c");
        assertThat(text(take(again))).isEqualTo("c");
        again.close();
        session.rollback();
        Awaitility.await().until(() -> broker.subscriptions(topic).isEmpty());
    }

    @Test
    void isTheEndOfADurableSubscriptionWhileItHoldsAMessage() throws Exception {
        Topic topic = broker.topic("news");
        MessageConsumer d = session.createSharedDurableConsumer(topic, "d");
        broker.publish(topic, "a");
        take(d);
        d.close();
        assertThatThrownBy(() -> session.unsubscribe("d")).isInstanceOf(JMSException.class);
        session.commit();
        session.unsubscribe("d");
        assertThat(broker.subscriptions(topic)).isEmpty();
    }

    @Test
    void byTheCommitIfItsSourceWasDeleted() throws Exception {
        put(IN, "a");
        take(consumer(IN));
        send(OUT, "x");
        broker.namespace().deleteQueue(IN).join();
        assertThatThrownBy(session::commit)
                .isInstanceOfSatisfying(
                        TransactionRolledBackException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo("MessageLockLost"));
        assertThat(shown(OUT)).isEmpty();
    }

    @Test
    void isACommitByACompletionListener() throws Exception {
        List<String> heard = new ArrayList<>();
        MessageProducer p = session.createProducer(broker.queue(OUT));
        for (int i = 0; i < 50; i++) {
            p.send(message(session, "m" + i), new CompletionListener() {
                @Override
                public void onCompletion(Message m) {
                    try {
                        session.commit();
                    } catch (JMSException e) {
                        heard.add(e.getErrorCode());
                    }
                }

                @Override
                public void onException(Message m, Exception e) {
                    heard.add(e.toString());
                }
            });
        }
        session.commit();
        assertThat(heard).hasSize(50).containsOnly("InvalidOperation");
        assertThat(broker.drain(OUT)).hasSize(50);
    }

    @Test
    void isNothingOfAContextThatRollsBack() throws Exception {
        put(IN, "a", "b");
        try (var context = broker.factory.createContext(Session.SESSION_TRANSACTED)) {
            Queue in = context.createQueue(IN);
            var c = context.createConsumer(in);
            assertThat(c.receiveBody(String.class, 30_000)).isEqualTo("a");
            context.createProducer()
                    .setProperty("JMS_SB_PartitionKey", KEY)
                    .setTimeToLive(100_000)
                    .send(context.createQueue(OUT), "x");
            assertThat(shown(OUT)).isEmpty();
            context.rollback();
            Message again = c.receive(30_000);
            assertThat(text(again)).isEqualTo("a");
            assertThat(again.getJMSRedelivered()).isTrue();
            context.createProducer().setProperty("JMS_SB_PartitionKey", KEY).send(context.createQueue(OUT), "y");
            context.commit();
            assertThatThrownBy(() -> c.receiveBody(byte[].class, 30_000))
                    .isInstanceOf(MessageFormatRuntimeException.class);
            context.rollback();
            assertThat(c.receiveBody(String.class, 30_000)).isEqualTo("b");
            context.commit();
        }
        assertThat(broker.drain(OUT)).containsExactly("y");
        assertThat(broker.drain(IN)).isEmpty();
    }

    @Test
    void isWhatAClosedConnectionHadOpen() throws Exception {
        put(IN, "a", "b");
        var other = broker.connect(null);
        Session s = other.createSession(Session.SESSION_TRANSACTED);
        MessageConsumer c = s.createConsumer(broker.queue(IN));
        take(c);
        send(s, OUT, "x");
        other.close();
        MessageConsumer mine = consumer(IN);
        Message again = take(mine);
        assertThat(text(again)).isEqualTo("a");
        assertThat(deliveryCount(again)).isEqualTo(2);
        assertThat(all(mine)).containsExactly("b");
        assertThat(shown(OUT)).isEmpty();
    }
}
