/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Temporary queues and topics (Jakarta Messaging 6.2.2). */
@Tag("W6")
@Tag("6.2.2")
class TemporaryDestinationTest {

    private TestBroker broker;
    private Session session;
    private Connection other;
    private Session others;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        session = broker.session(Session.AUTO_ACKNOWLEDGE);
        other = broker.connect(null);
        others = other.createSession();
    }

    @AfterEach
    void close() throws JMSException {
        other.close();
        broker.close();
    }

    private static void send(Session session, Destination destination, String text) throws JMSException {
        try (MessageProducer producer = session.createProducer(destination)) {
            producer.send(session.createTextMessage(text));
        }
    }

    @Nested
    class ATemporaryQueue {

        @Test
        void isReceivedFromByItsConnectionAndSentToByAny() throws JMSException {
            TemporaryQueue queue = session.createTemporaryQueue();
            send(others, queue, "a");
            send(session, queue, "b");
            MessageConsumer consumer = broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(queue);
            assertThat(TestBroker.all(consumer)).containsExactly("a", "b");
        }

        @Test
        void isNotReceivedFromByOtherConnections() throws JMSException {
            TemporaryQueue queue = session.createTemporaryQueue();
            assertThatThrownBy(() -> others.createConsumer(queue)).isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> others.createConsumer(others.createQueue(queue.getQueueName())))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(
                            () -> others.createConsumer(others.createQueue(queue.getQueueName() + "/$deadletterqueue")))
                    .isInstanceOf(InvalidDestinationException.class);
        }

        @Test
        void carriesRepliesBetweenConnections() throws JMSException {
            TemporaryQueue replies = session.createTemporaryQueue();
            Message request = session.createTextMessage("question");
            request.setJMSReplyTo(replies);
            session.createProducer(broker.queue("service")).send(request);
            Message received = TestBroker.take(others.createConsumer(others.createQueue("service")));
            assertThat(received.getJMSReplyTo()).isEqualTo(replies).isInstanceOf(TemporaryQueue.class);
            send(others, received.getJMSReplyTo(), "answer");
            Message reply = TestBroker.take(session.createConsumer(replies));
            assertThat(TestBroker.text(reply)).isEqualTo("answer");
            assertThat(reply.getJMSDestination()).isEqualTo(replies);
        }

        @Test
        void isDeletedOnlyWithoutConsumers() throws JMSException {
            TemporaryQueue queue = session.createTemporaryQueue();
            MessageConsumer consumer = session.createConsumer(queue);
            assertThatThrownBy(queue::delete).isInstanceOf(JMSException.class).hasMessageContaining("1 consumers");
            send(session, queue, "still there");
            consumer.close();
            queue.delete();
            assertThatThrownBy(() -> send(session, queue, "gone")).isInstanceOf(InvalidDestinationException.class);
        }

        @Test
        void isNotDeletedTwiceAndThatIsNoError() throws JMSException {
            TemporaryQueue queue = session.createTemporaryQueue();
            queue.delete();
            assertThatCode(queue::delete).doesNotThrowAnyException();
            TemporaryQueue next = session.createTemporaryQueue();
            assertThat(next).isNotEqualTo(queue);
        }

        @Test
        void isDeletedThroughTheConnectionThatMadeIt() throws JMSException {
            Message request = session.createTextMessage("question");
            request.setJMSReplyTo(session.createTemporaryQueue());
            session.createProducer(broker.queue("service")).send(request);
            Message received = TestBroker.take(others.createConsumer(others.createQueue("service")));
            assertThatThrownBy(() -> ((TemporaryQueue) received.getJMSReplyTo()).delete())
                    .isInstanceOf(IllegalStateException.class);
        }

        @Test
        void isDeletedByItsConnectionThatGotItInAMessage() throws JMSException {
            TemporaryQueue replies = session.createTemporaryQueue();
            Message request = session.createTextMessage("question");
            request.setJMSReplyTo(replies);
            session.createProducer(broker.queue("service")).send(request);
            Message received = TestBroker.take(session.createConsumer(broker.queue("service")));
            ((TemporaryQueue) received.getJMSReplyTo()).delete();
            assertThatThrownBy(() -> send(session, replies, "gone")).isInstanceOf(InvalidDestinationException.class);
        }

        @Test
        void outlivesItsSession() throws JMSException {
            Session short1 = broker.session(Session.AUTO_ACKNOWLEDGE);
            TemporaryQueue queue = short1.createTemporaryQueue();
            short1.close();
            send(others, queue, "a");
            assertThat(TestBroker.all(session.createConsumer(queue))).containsExactly("a");
        }

        @Test
        void goesWithItsConnection() throws JMSException {
            TemporaryQueue queue = others.createTemporaryQueue();
            MessageProducer producer = session.createProducer(queue);
            producer.send(session.createTextMessage("a"));
            other.close();
            assertThatThrownBy(() -> producer.send(session.createTextMessage("b")))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> session.createProducer(queue)).isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> session.createProducer(session.createQueue(queue.getQueueName())))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> session.createConsumer(queue)).isInstanceOf(InvalidDestinationException.class);
        }

        @Test
        @DisplayName("3.5.11: its messages are redelivered like any")
        void worksInTransactionsWithOrdinaryQueues() throws JMSException {
            Session transacted = broker.session(Session.SESSION_TRANSACTED);
            TemporaryQueue replies = transacted.createTemporaryQueue();
            broker.send("service", "question");
            MessageConsumer service = transacted.createConsumer(broker.queue("service"));
            MessageConsumer answers = transacted.createConsumer(replies);
            TestBroker.take(service);
            send(transacted, replies, "answer");
            transacted.rollback();
            assertThat(TestBroker.all(answers)).isEmpty();
            assertThat(TestBroker.text(TestBroker.take(service))).isEqualTo("question");
            send(transacted, replies, "answer");
            transacted.commit();
            assertThat(TestBroker.all(answers)).containsExactly("answer");
            transacted.commit();
        }
    }

    @Nested
    class ATemporaryTopic {

        @Test
        void isSubscribedToByItsConnectionAndPublishedToByAny() throws JMSException {
            TemporaryTopic topic = session.createTemporaryTopic();
            MessageConsumer first = session.createConsumer(topic);
            MessageConsumer second = session.createSharedConsumer(topic, "s");
            send(others, topic, "a");
            assertThat(TestBroker.all(first)).containsExactly("a");
            assertThat(TestBroker.all(second)).containsExactly("a");
        }

        @Test
        void isNotSubscribedToByOtherConnections() throws JMSException {
            TemporaryTopic topic = session.createTemporaryTopic();
            assertThatThrownBy(() -> others.createConsumer(topic)).isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> others.createSharedConsumer(topic, "s"))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> others.createConsumer(others.createTopic(topic.getTopicName())))
                    .isInstanceOf(InvalidDestinationException.class);
        }

        @Test
        void hasNoDurableSubscriptions() throws JMSException {
            TemporaryTopic topic = session.createTemporaryTopic();
            assertThatThrownBy(() -> session.createSharedDurableConsumer(topic, "s"))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(
                            () -> session.createSharedDurableConsumer(session.createTopic(topic.getTopicName()), "s"))
                    .isInstanceOf(InvalidDestinationException.class);
        }

        @Test
        void isDeletedOnlyWithoutConsumers() throws JMSException {
            TemporaryTopic topic = session.createTemporaryTopic();
            MessageConsumer consumer = session.createConsumer(topic);
            assertThatThrownBy(topic::delete).isInstanceOf(JMSException.class);
            consumer.close();
            topic.delete();
            assertThatThrownBy(() -> send(session, topic, "gone")).isInstanceOf(InvalidDestinationException.class);
        }
    }

    @Test
    void areLimitedPerConnection() throws JMSException {
        TemporaryQueue last = null;
        for (int i = 0; i < 10_000; i++) {
            last = session.createTemporaryQueue();
        }
        assertThatThrownBy(session::createTemporaryTopic).isInstanceOf(ResourceAllocationException.class);
        others.createTemporaryQueue();
        last.delete();
        session.createTemporaryTopic();
    }

    @Test
    void areThereInContextsToo() {
        try (JMSContext context = broker.factory.createContext()) {
            TemporaryQueue queue = context.createTemporaryQueue();
            context.createProducer().send(queue, "a");
            assertThat(context.createConsumer(queue).receiveBody(String.class, TestBroker.LONG_MS))
                    .isEqualTo("a");
            TemporaryTopic topic = context.createTemporaryTopic();
            context.createProducer().send(topic, "nobody listens");
        }
    }
}
