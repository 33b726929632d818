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

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Which session of a partitioned queue a transaction is fed from, where several lie in its partition: all of them, in these
 * tests.
 */
@Tag("P10")
@Tag("P11")
class GroupsInTransactionTest {

    private TestBroker broker;
    private Session session;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker("?partitions=1");
        for (String name : List.of("trips", "spread")) {
            broker.namespace()
                    .createQueue(QueueDescription.builder(name)
                            .partitioned(true)
                            .sessionRequired(name.equals("trips"))
                            .build())
                    .join();
        }
        session = broker.session(Session.SESSION_TRANSACTED);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private void put(String group, String... texts) throws JMSException {
        try (Session plain = broker.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer to = plain.createProducer(broker.queue("trips"))) {
            for (String text : texts) {
                TextMessage message = plain.createTextMessage(text);
                message.setStringProperty("JMSXGroupID", group);
                to.send(message);
            }
        }
    }

    private MessageConsumer consumer() throws JMSException {
        return session.createConsumer(broker.queue("trips"));
    }

    private void workUnder(String key) throws JMSException {
        TextMessage keyed = session.createTextMessage("x");
        keyed.setStringProperty("JMS_SB_PartitionKey", key);
        try (MessageProducer producer = session.createProducer(broker.queue("spread"))) {
            producer.send(keyed);
        }
    }

    @Nested
    class APlainConsumer {

        @Test
        void getsTheMessageOfTheTransactionsOwnSession() throws JMSException {
            put("h", "of another");
            put("g", "its own");
            workUnder("g");
            assertThat(text(take(consumer()))).isEqualTo("its own");
            session.commit();
            assertThat(deliveryCount(take(consumer()))).isEqualTo(1);
        }

        @Test
        void findsItWithoutWaiting() throws JMSException {
            put("h", "of another");
            put("g", "its own");
            workUnder("g");
            MessageConsumer consumer = consumer();
            assertThat(text(consumer.receiveNoWait())).isEqualTo("its own");
            assertThat(consumer.receiveNoWait()).isNull();
            session.commit();
            assertThat(text(take(consumer))).isEqualTo("of another");
        }

        @Test
        void waitsWhileThereIsNoneOfIt() throws Exception {
            put("h", "of another");
            workUnder("g");
            MessageConsumer consumer = consumer();
            assertThat(consumer.receive(1)).isNull();
            Running<String> waiting = Running.start(() -> text(consumer.receive()));
            put("g", "its own");
            assertThat(waiting.result()).isEqualTo("its own");
            session.commit();
        }

        @Test
        void givesBackTheSessionThatItHoldsFromBefore() throws JMSException {
            put("h", "one", "two");
            MessageConsumer consumer = consumer();
            assertThat(text(take(consumer))).isEqualTo("one");
            session.commit();
            put("g", "its own");
            workUnder("g");
            assertThat(text(take(consumer))).isEqualTo("its own");
            session.commit();
            assertThat(text(take(consumer))).isEqualTo("two");
        }

        @Test
        void leavesWhatIsHeldByTheOtherOne() throws JMSException {
            put("g", "one", "two");
            put("h", "of another");
            MessageConsumer first = consumer();
            assertThat(text(take(first))).isEqualTo("one");
            MessageConsumer second = consumer();
            assertThat(second.receive(1)).isNull();
            assertThat(text(take(first))).isEqualTo("two");
            session.commit();
            assertThat(text(take(second))).isEqualTo("of another");
        }

        /** Refused, since the application has named it. */
        @Test
        void ofOneNamedSessionIsRefusedAnother() throws JMSException {
            put("h", "of another");
            workUnder("g");
            MessageConsumer named = session.createConsumer(broker.queue("trips"), "JMSXGroupID = 'h'");
            assertThatThrownBy(() -> named.receive(TestBroker.LONG_MS))
                    .isInstanceOfSatisfying(
                            JMSException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("InvalidOperation"));
        }

        @Test
        void ofADeadLetterQueueGetsThoseOfAllSessions() throws JMSException {
            for (String group : List.of("g", "h")) {
                put(group, group);
                try (Session plain = broker.session(Session.CLIENT_ACKNOWLEDGE);
                        MessageConsumer consumer = plain.createConsumer(broker.queue("trips"))) {
                    PeekLocked.of(take(consumer)).deadLetter("test", "test");
                }
            }
            try (MessageConsumer dead = session.createConsumer(broker.queue("trips/$DeadLetterQueue"))) {
                assertThat(text(take(dead))).isEqualTo("g");
                assertThat(text(take(dead))).isEqualTo("h");
            }
            session.commit();
        }
    }

    @Nested
    class Listeners {

        @Test
        void areToldOfNoFailureWhereTheBusHasAnotherSession() throws Exception {
            List<JMSException> told = new CopyOnWriteArrayList<>();
            List<String> seen = new CopyOnWriteArrayList<>();
            broker.connection.setExceptionListener(told::add);
            for (int i = 0; i < 2; i++) {
                consumer().setMessageListener(message -> {
                    try {
                        seen.add(text(message));
                        if (seen.size() % 2 == 0) {
                            session.commit();
                        }
                    } catch (JMSException e) {
                        told.add(e);
                    }
                });
            }
            put("g", "a");
            put("h", "a");
            Awaitility.await().until(() -> seen.size() == 1);
            put("g", "b");
            put("h", "b");
            Awaitility.await().until(() -> seen.size() == 4);
            assertThat(seen).containsExactly("a", "b", "a", "b");
            assertThat(told).isEmpty();
        }
    }
}
