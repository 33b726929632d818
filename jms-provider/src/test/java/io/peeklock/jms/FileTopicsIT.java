/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics of a broker in a directory: what lasts and what does not. */
class FileTopicsIT {

    @TempDir
    private Path directory;

    private TestBroker open(String options) throws JMSException {
        return new TestBroker(new PeeklockConnectionFactory("peeklock:file:" + directory.resolve("bus") + options));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?partitions=4&autoCreate.partitioned=true"})
    @DisplayName("8.3.3, 8.3.4: durable subscriptions outlive the broker")
    void durableSubscriptionsOutliveTheBroker(String options) throws JMSException {
        try (TestBroker broker = open(options);
                Connection mine = broker.connect("me")) {
            Topic topic = broker.topic("prices");
            Session session = mine.createSession();
            session.createDurableConsumer(topic, "s", "JMSPriority > 0", true).close();
            session.createSharedDurableConsumer(topic, "shared").close();
            session.createConsumer(topic);
            session.createSharedConsumer(topic, "s");
            broker.publish(topic, "a");
            TestBroker.publish(session, topic, "own");
        }
        try (TestBroker broker = open("");
                Connection mine = broker.connect("me")) {
            Topic topic = broker.topic("prices");
            Session session = mine.createSession();
            assertThat(broker.subscriptions(topic)).containsExactlyInAnyOrder("$D$me$s", "$S$me$shared");
            assertThat(TestBroker.all(session.createDurableConsumer(topic, "s", "JMSPriority > 0", true)))
                    .containsExactly("a");
            assertThat(TestBroker.all(session.createSharedDurableConsumer(topic, "shared")))
                    .containsExactlyInAnyOrder("a", "own");
            TestBroker.publish(session, topic, "own again");
            assertThatThrownBy(() -> session.createDurableConsumer(topic, "shared"))
                    .isInstanceOf(JMSException.class);
        }
    }

    @Test
    @DisplayName("3.4.10: non-persistent messages of a durable subscription are gone after a restart, no others")
    void nonPersistentMessagesAreGone() throws JMSException {
        try (TestBroker broker = open("")) {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            Topic topic = broker.topic("prices");
            session.createSharedDurableConsumer(topic, "s").close();
            MessageProducer producer = session.createProducer(topic);
            producer.send(session.createTextMessage("persistent"));
            producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            producer.send(session.createTextMessage("not persistent"));
        }
        try (TestBroker broker = open("")) {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            assertThat(TestBroker.all(session.createSharedDurableConsumer(broker.topic("prices"), "s")))
                    .containsExactly("persistent");
        }
    }

    @Test
    @Tag("W6")
    @DisplayName("6.2.2: a reply to a temporary queue of before a restart finds nobody")
    void temporaryQueuesAreGone() throws JMSException {
        try (TestBroker broker = open("")) {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            TemporaryQueue replies = session.createTemporaryQueue();
            Message request = session.createTextMessage("question");
            request.setJMSReplyTo(replies);
            session.createProducer(broker.queue("service")).send(request);
        }
        try (TestBroker broker = open("")) {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer service = session.createConsumer(broker.queue("service"));
            Destination replies = TestBroker.take(service).getJMSReplyTo();
            assertThat(replies).isInstanceOf(TemporaryQueue.class);
            assertThatThrownBy(() -> session.createProducer(null).send(replies, session.createTextMessage("answer")))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThat(broker.drain("service")).isEmpty();
        }
    }
}
