/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Section 9.2, methods that the interfaces of one domain have inherited and that belong to the other. */
@Tag("JMS-9.2")
@NotPooled(NotPooled.KNOWS_NO_DOMAINS)
@NotCached(NotCached.KNOWS_NO_DOMAINS)
final class Chapter9InheritedMethodsTest extends ProviderTestCase {

    @Test
    void ofTopicsAreRefusedByQueueSessions() throws Exception {
        Topic topic = provider.topic(EntityKind.UNPARTITIONED);
        try (QueueConnection connection = provider.queueConnection()) {
            QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            List<ThrowingCallable> calls = List.of(
                    () -> session.createDurableSubscriber(topic, "name"),
                    () -> session.createDurableSubscriber(topic, "name", "a = 1", false),
                    () -> session.createDurableConsumer(topic, "name"),
                    () -> session.createDurableConsumer(topic, "name", "a = 1", false),
                    () -> session.createSharedConsumer(topic, "name"),
                    () -> session.createSharedConsumer(topic, "name", "a = 1"),
                    () -> session.createSharedDurableConsumer(topic, "name"),
                    () -> session.createSharedDurableConsumer(topic, "name", "a = 1"),
                    session::createTemporaryTopic,
                    () -> session.createTopic("topic"),
                    () -> session.unsubscribe("name"),
                    () -> connection.createSharedConnectionConsumer(topic, "name", null, null, 1),
                    () -> connection.createDurableConnectionConsumer(topic, "name", null, null, 1),
                    () -> connection.createSharedDurableConnectionConsumer(topic, "name", null, null, 1));
            assertThat(calls).allSatisfy(call -> assertThatThrownBy(call).isInstanceOf(IllegalStateException.class));
        }
    }

    @Test
    void ofQueuesAreRefusedByTopicSessions() throws Exception {
        Queue queue = provider.queue(EntityKind.UNPARTITIONED);
        try (TopicConnection connection = provider.topicConnection()) {
            TopicSession session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            List<ThrowingCallable> calls = List.of(
                    () -> session.createBrowser(queue),
                    () -> session.createBrowser(queue, "a = 1"),
                    () -> session.createQueue("queue"),
                    session::createTemporaryQueue);
            assertThat(calls).allSatisfy(call -> assertThatThrownBy(call).isInstanceOf(IllegalStateException.class));
        }
    }
}
