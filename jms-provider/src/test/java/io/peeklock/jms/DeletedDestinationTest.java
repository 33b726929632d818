/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import jakarta.jms.CompletionListener;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sending to what was deleted since the producer last sent to it: it is created on first use once more (rule W5). */
@Tag("W5")
class DeletedDestinationTest {

    private static final String Q = "q";

    private final TestBroker broker;

    DeletedDestinationTest() throws JMSException {
        broker = new TestBroker();
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private static void deleteQueue(TestBroker of) throws JMSException {
        of.namespace().deleteQueue(Q).join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?partitions=2&autoCreate.partitioned=true"})
    void theFirstSendCreatesTheQueueAndSendsOnce(String options) throws JMSException {
        try (TestBroker bus = new TestBroker(options);
                Session session = bus.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer any = session.createProducer(null);
                MessageProducer named = session.createProducer(bus.queue(Q))) {
            any.send(bus.queue(Q), session.createTextMessage("lost"));
            deleteQueue(bus);
            any.send(bus.queue(Q), session.createTextMessage("any"));
            assertThat(bus.drain(Q)).containsExactly("any");
            deleteQueue(bus);
            named.send(session.createTextMessage("named"));
            assertThat(bus.drain(Q)).containsExactly("named");
        }
    }

    @Test
    void theFirstSendCreatesTheTopic() throws JMSException {
        try (Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(broker.topic("t"))) {
            producer.send(session.createTextMessage("lost"));
            broker.namespace().deleteTopic("t").join();
            producer.send(session.createTextMessage("nobody subscribes"));
            assertThat(broker.namespace().topic("t").join().name()).isEqualTo("t");
        }
    }

    @Test
    void whatSomebodyElseCreatedIsSentTo() throws JMSException {
        try (TestBroker bus = new TestBroker("?autoCreate=false");
                Session session = bus.session(Session.AUTO_ACKNOWLEDGE)) {
            bus.namespace().createTopic(TopicDescription.of("t")).join();
            try (MessageProducer producer = session.createProducer(bus.topic("t"))) {
                bus.namespace().deleteTopic("t").join();
                bus.namespace().createTopic(TopicDescription.of("t")).join();
                bus.namespace()
                        .createSubscription(SubscriptionDescription.of("t", "s"))
                        .join();
                producer.send(session.createTextMessage("a"));
            }
            assertThat(bus.drain("t/Subscriptions/s")).containsExactly("a");
        }
    }

    @Test
    void aScheduleCreatesTheQueue() throws JMSException {
        try (Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer any = session.createProducer(null)) {
            Queue queue = broker.queue(Q);
            any.send(queue, session.createTextMessage("lost"));
            deleteQueue(broker);
            ((BusSession) session).schedule(queue, session.createTextMessage("later"), Instant.now());
            assertThat(TestBroker.text(TestBroker.take(session.createConsumer(queue))))
                    .isEqualTo("later");
        }
    }

    @Test
    void aTransactionThatBeginsWithItCreatesTheQueue() throws JMSException {
        broker.send(Q, "lost");
        try (Session session = broker.session(Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(broker.queue(Q))) {
            deleteQueue(broker);
            producer.send(session.createTextMessage("a"));
            session.commit();
        }
        assertThat(broker.drain(Q)).containsExactly("a");
    }

    @Nested
    class Asynchronously {

        private final CompletableFuture<String> outcome = new CompletableFuture<>();

        private final CompletionListener listener = new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                outcome.complete("sent");
            }

            @Override
            public void onException(Message message, Exception exception) {
                outcome.complete(String.valueOf(exception.getMessage()));
            }
        };

        @Test
        void theQueueIsCreatedToo() throws JMSException {
            try (Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
                    MessageProducer producer = session.createProducer(broker.queue(Q))) {
                deleteQueue(broker);
                producer.send(session.createTextMessage("a"), listener);
                assertThat(outcome.join()).isEqualTo("sent");
                assertThat(broker.drain(Q)).containsExactly("a");
            }
        }

        @Test
        void theListenerHearsThatItIsMissing() throws JMSException {
            try (TestBroker bus = new TestBroker("?autoCreate=false");
                    Session session = bus.session(Session.AUTO_ACKNOWLEDGE)) {
                bus.namespace().createTopic(TopicDescription.of("t")).join();
                try (MessageProducer producer = session.createProducer(bus.topic("t"))) {
                    bus.namespace().deleteTopic("t").join();
                    producer.send(session.createTextMessage("a"), listener);
                    assertThat(outcome.join()).contains("there is no topic 't'", "autoCreate=true");
                }
            }
        }
    }

    @Test
    void withoutCreationOnFirstUseItIsMissing() throws JMSException {
        try (TestBroker bus = new TestBroker("?autoCreate=false");
                Session session = bus.session(Session.AUTO_ACKNOWLEDGE)) {
            bus.namespace().createTopic(TopicDescription.of("t")).join();
            try (MessageProducer producer = session.createProducer(bus.topic("t"))) {
                bus.namespace().deleteTopic("t").join();
                Message message = session.createTextMessage("a");
                assertThatThrownBy(() -> producer.send(message))
                        .isInstanceOf(InvalidDestinationException.class)
                        .hasMessageContainingAll("there is no topic 't'", "autoCreate=true");
                assertThat(bus.namespace().topics().join()).isEmpty();
            }
        }
    }
}
