/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.CorrelationFilter;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an answer is asked for with, in the correlation filters of the emulator's files (rule R3). */
@Tag("R3")
class ReplyRulesTest {

    private static final String SESSION = "JMS_SB_ReplyToSessionId";

    private TestBroker broker;
    private Session session;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        session = broker.session(Session.AUTO_ACKNOWLEDGE);
        broker.namespace().createTopic(TopicDescription.of("t")).join();
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private void subscribe(CorrelationFilter filter) throws JMSException {
        Namespace namespace = broker.namespace();
        namespace.createSubscription(SubscriptionDescription.of("t", "s")).join();
        namespace
                .updateRule(new RuleDescription("t", "s", RuleDescription.DEFAULT_NAME, filter))
                .join();
    }

    private List<Message> taken(Message... messages) throws JMSException {
        List<Message> taken = new ArrayList<>();
        try (MessageProducer producer = session.createProducer(broker.topic("t"));
                MessageConsumer consumer = session.createConsumer(broker.queue("t/Subscriptions/s"))) {
            for (Message message : messages) {
                producer.send(message);
            }
            for (Message one = consumer.receiveNoWait(); one != null; one = consumer.receiveNoWait()) {
                taken.add(one);
            }
        }
        return taken;
    }

    @Test
    void aNameWithoutPrefixIsTheQueueThatAMessageIsAnsweredTo() throws JMSException {
        subscribe(CorrelationFilter.builder().replyTo("answers").build());
        Message queue = session.createMessage();
        queue.setJMSReplyTo(session.createQueue("answers"));
        Message topic = session.createMessage();
        topic.setJMSReplyTo(session.createTopic("answers"));
        assertThat(taken(queue, topic, session.createMessage()))
                .singleElement()
                .satisfies(message -> assertThat(message.getJMSReplyTo()).isEqualTo(broker.queue("answers")));
    }

    @Test
    void theSessionOfAnAnswerIsAPropertyThatRulesSee() throws JMSException {
        subscribe(CorrelationFilter.builder().replyToSessionId("mine").build());
        Message mine = session.createMessage();
        mine.setStringProperty(SESSION, "mine");
        Message other = session.createMessage();
        other.setStringProperty(SESSION, "other");
        assertThat(taken(mine, other)).singleElement().satisfies(message -> {
            assertThat(message.getStringProperty(SESSION)).isEqualTo("mine");
            assertThat(message.propertyExists(SESSION)).isTrue();
        });
    }
}
