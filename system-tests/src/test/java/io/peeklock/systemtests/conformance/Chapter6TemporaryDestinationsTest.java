/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static io.peeklock.systemtests.conformance.Provider.take;
import static io.peeklock.systemtests.conformance.Provider.textOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueRequestor;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Section 6.2.2, temporary destinations, and the requestors that use them. */
@Tag("JMS-6.2.2")
final class Chapter6TemporaryDestinationsTest extends ProviderTestCase {

    @Nested
    class Owners {

        @Test
        @NotCached(NotCached.HAS_ONE_CONNECTION)
        void areTheOnlyOnesToConsumeInWhateverSession() throws JMSException {
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            TemporaryQueue queue = session.createTemporaryQueue();
            TemporaryTopic topic = session.createTemporaryTopic();
            try (Connection other = provider.factory.createConnection();
                    Session others = other.createSession()) {
                for (Destination destination : new Destination[] {queue, topic}) {
                    assertThatThrownBy(() -> others.createConsumer(destination)).isInstanceOf(JMSException.class);
                    MessageConsumer consumer =
                            provider.session(Session.AUTO_ACKNOWLEDGE).createConsumer(destination);
                    // Everybody may send.
                    others.createProducer(destination).send(others.createTextMessage("a"));
                    assertThat(textOf(take(consumer))).isEqualTo("a");
                }
            }
        }

        @Test
        @NotCached(NotCached.HAS_ONE_CONNECTION)
        void takeThemAlongWhenTheyClose() throws JMSException {
            TemporaryQueue queue;
            try (Connection other = provider.factory.createConnection()) {
                queue = other.createSession().createTemporaryQueue();
            }
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(() -> session.createProducer(queue).send(session.createTextMessage("a")))
                    .isInstanceOf(InvalidDestinationException.class);
        }

        @Test
        void keepThemWhenTheSessionThatMadeThemCloses() throws JMSException {
            Session making = provider.session(Session.AUTO_ACKNOWLEDGE);
            TemporaryQueue queue = making.createTemporaryQueue();
            making.close();
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            session.createProducer(queue).send(session.createTextMessage("a"));
            assertThat(textOf(take(session.createConsumer(queue)))).isEqualTo("a");
        }
    }

    @Nested
    class Deleting {

        @Test
        void isRefusedWhileThereIsAConsumer() throws JMSException {
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            TemporaryQueue queue = session.createTemporaryQueue();
            MessageConsumer consumer = session.createConsumer(queue);
            assertThatThrownBy(queue::delete).isInstanceOf(JMSException.class);
            consumer.close();
            queue.delete();
            assertThatThrownBy(() -> session.createConsumer(queue)).isInstanceOf(InvalidDestinationException.class);
        }
    }

    @Nested
    @Tag("JMS-4.1.7")
    class Requestors {

        @OnAnyEntity
        void sendAndWaitForTheReply(EntityKind kind) throws Exception {
            try (QueueConnection connection = provider.queueConnection()) {
                connection.start();
                QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
                Session answering = provider.session(Session.AUTO_ACKNOWLEDGE);
                Heard.listen(
                        answering.createConsumer(provider.queue(kind)),
                        request -> answering
                                .createProducer(request.getJMSReplyTo())
                                .send(answering.createTextMessage("reply to " + textOf(request))));
                QueueRequestor requestor = new QueueRequestor(session, provider.queue(kind));
                assertThat(textOf(requestor.request(provider.text(kind, "request"))))
                        .isEqualTo("reply to request");
            }
        }
    }
}
