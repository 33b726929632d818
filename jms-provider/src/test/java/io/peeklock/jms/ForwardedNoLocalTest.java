/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.DeadLetterProperties;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bus puts into a topic nobody's connection has published there: a subscriber with noLocal gets it. */
@Tag("R4")
@Tag("W1")
class ForwardedNoLocalTest {

    private static void send(Session session, Destination destination, String text) throws JMSException {
        session.createProducer(destination).send(session.createTextMessage(text));
    }

    private static void forward(Namespace namespace, boolean partitioned) {
        namespace.createTopic(TopicDescription.of("news")).join();
        namespace
                .createQueue(QueueDescription.builder("in")
                        .partitioned(partitioned)
                        .forwardTo("news")
                        .build())
                .join();
    }

    /** In a batch with the end in the queue, and across two partitions. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void forwardedByAQueue(boolean partitioned) throws JMSException {
        try (TestBroker broker = new TestBroker("?partitions=4")) {
            forward(broker.namespace(), partitioned);
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            Topic news = session.createTopic("news");
            MessageConsumer noLocal = session.createConsumer(news, null, true);
            MessageConsumer all = session.createConsumer(news);
            for (int i = 0; i < 8; i++) {
                send(session, news, "mine");
                send(session, session.createQueue("in"), "by the bus");
                assertThat(TestBroker.text(TestBroker.take(noLocal))).isEqualTo("by the bus");
                TestBroker.take(all);
                TestBroker.take(all);
            }
            assertThat(noLocal.receiveNoWait()).isNull();
        }
    }

    @Test
    void forwardedByASubscription() throws JMSException {
        try (TestBroker broker = new TestBroker()) {
            Namespace namespace = broker.namespace();
            namespace.createTopic(TopicDescription.of("news")).join();
            namespace.createTopic(TopicDescription.of("first")).join();
            namespace
                    .createSubscription(SubscriptionDescription.builder("first", "on")
                            .forwardTo("news")
                            .build())
                    .join();
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer noLocal = session.createConsumer(session.createTopic("news"), null, true);
            send(session, session.createTopic("first"), "by the bus");
            assertThat(TestBroker.text(TestBroker.take(noLocal))).isEqualTo("by the bus");
        }
    }

    /** Then the bus does not know any more who has sent it. */
    @Test
    void forwardedAfterARestart(@TempDir Path directory) throws JMSException {
        String url = "peeklock:file:" + directory.resolve("bus") + "?clientId=me&linger=0";
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url);
                Connection connection = factory.createConnection();
                Session session = connection.createSession()) {
            Namespace namespace = ((BusSession) session).namespace();
            forward(namespace, false);
            QueueDescription in = namespace.queue("in").join();
            namespace
                    .updateQueue(
                            in.toBuilder().status(EntityStatus.RECEIVE_DISABLED).build())
                    .join();
            session.createDurableConsumer(session.createTopic("news"), "others", null, true)
                    .close();
            send(session, session.createQueue("in"), "by the bus");
        }
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url);
                Connection connection = factory.createConnection();
                Session session = connection.createSession()) {
            connection.start();
            MessageConsumer noLocal = session.createDurableConsumer(session.createTopic("news"), "others", null, true);
            Namespace namespace = ((BusSession) session).namespace();
            QueueDescription in = namespace.queue("in").join();
            namespace
                    .updateQueue(in.toBuilder().status(EntityStatus.ACTIVE).build())
                    .join();
            assertThat(TestBroker.text(TestBroker.take(noLocal))).isEqualTo("by the bus");
        }
    }

    /** In one batch, and across two partitions. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void movedByAnAdministrator(boolean partitioned) throws JMSException {
        try (TestBroker broker = new TestBroker("?partitions=4")) {
            Namespace namespace = broker.namespace();
            namespace.createTopic(TopicDescription.of("news")).join();
            namespace
                    .createTopic(TopicDescription.builder("first")
                            .partitioned(partitioned)
                            .build())
                    .join();
            namespace
                    .createSubscription(SubscriptionDescription.of("first", "in"))
                    .join();
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            Topic news = session.createTopic("news");
            MessageConsumer noLocal = session.createConsumer(news, null, true);
            send(session, news, "mine");
            for (int i = 0; i < 8; i++) {
                send(session, session.createTopic("first"), "by the bus");
            }
            BulkProgress moved = namespace
                    .moveMessages(
                            EntityPath.subscription("first", "in"),
                            EntityPath.topic("news"),
                            MessageSelection.ALL,
                            DeadLetterProperties.KEEP)
                    .result()
                    .join();
            assertThat(moved.done()).isEqualTo(8);
            assertThat(TestBroker.all(noLocal)).hasSize(8).containsOnly("by the bus");
        }
    }
}
