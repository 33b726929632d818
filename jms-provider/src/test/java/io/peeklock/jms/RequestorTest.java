/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueRequestor;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicRequestor;
import jakarta.jms.TopicSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Request and reply with the classes that Jakarta Messaging itself has for it (2.10, 6.2.2). */
class RequestorTest {

    private TestBroker broker;
    private Session service;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        service = broker.session(Session.AUTO_ACKNOWLEDGE);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    /** Answers whatever comes, on another connection than the requestor's. */
    private void serve(MessageConsumer requests) throws JMSException {
        MessageProducer replies = service.createProducer(null);
        requests.setMessageListener(request -> {
            try {
                Message reply = service.createTextMessage("re: " + TestBroker.text(request));
                replies.send(request.getJMSReplyTo(), reply);
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void ofQueuesGetsItsReplies() throws JMSException {
        Queue queue = broker.queue("service");
        serve(service.createConsumer(queue));
        try (QueueConnection connection = broker.factory.createQueueConnection()) {
            connection.start();
            QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            QueueRequestor requestor = new QueueRequestor(session, queue);
            for (String question : new String[] {"a", "b"}) {
                assertThat(TestBroker.text(requestor.request(session.createTextMessage(question))))
                        .isEqualTo("re: " + question);
            }
            requestor.close();
        }
    }

    @Test
    void ofTopicsGetsItsReplies() throws JMSException {
        Topic topic = broker.topic("service");
        serve(service.createConsumer(topic));
        try (TopicConnection connection = broker.factory.createTopicConnection()) {
            connection.start();
            TopicSession session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            TopicRequestor requestor = new TopicRequestor(session, topic);
            for (String question : new String[] {"a", "b"}) {
                assertThat(TestBroker.text(requestor.request(session.createTextMessage(question))))
                        .isEqualTo("re: " + question);
            }
            requestor.close();
        }
    }

    @Test
    void needsADestination() throws JMSException {
        try (QueueConnection queues = broker.factory.createQueueConnection();
                TopicConnection topics = broker.factory.createTopicConnection()) {
            QueueSession queueSession = queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            TopicSession topicSession = topics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(() -> new QueueRequestor(queueSession, null))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> new TopicRequestor(topicSession, null))
                    .isInstanceOf(InvalidDestinationException.class);
        }
    }
}
