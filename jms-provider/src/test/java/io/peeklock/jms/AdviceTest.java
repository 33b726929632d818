/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What errors say is to be done, in words that users write themselves. */
class AdviceTest {

    @Test
    void aQueueThatIsMissingIsToBeCreatedOrSpelledOtherwise() throws JMSException {
        try (TestBroker broker = new TestBroker("?autoCreate=false");
                Session session = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            assertThatThrownBy(() -> session.createConsumer(broker.queue("nope")))
                    .isInstanceOf(InvalidDestinationException.class)
                    .hasMessageContainingAll("there is no queue 'nope'", "create it", "autoCreate=true", "spelling");
        }
    }

    @Test
    void aDeadLetterQueueThatIsMissingIsNotCreatedOnFirstUse() throws JMSException {
        try (TestBroker broker = new TestBroker();
                Session session = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            assertThatThrownBy(() -> session.createConsumer(broker.queue("nope/$deadletterqueue")))
                    .isInstanceOf(InvalidDestinationException.class)
                    .hasMessageContaining("spelling")
                    .hasMessageNotContaining("autoCreate");
        }
    }

    @Test
    void aSubscriptionThatIsMissingIsNotCreatedOnFirstUse() throws JMSException {
        try (TestBroker broker = new TestBroker("?autoCreate=false");
                Session session = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            assertThatThrownBy(() -> session.createConsumer(broker.queue("tt/Subscriptions/x")))
                    .isInstanceOf(InvalidDestinationException.class)
                    .hasMessageContainingAll("there is no topic 'tt'", "spelling")
                    .hasMessageNotContaining("autoCreate");
        }
    }

    @Test
    void whatNeverCreatesDoesNotAdviseToLetItCreate() throws JMSException {
        try (TestBroker broker = new TestBroker("?autoCreate=false")) {
            Namespace namespace = broker.namespace();
            EntityPath nope = EntityPath.queue("nope");
            for (CompletableFuture<?> call : List.of(
                    namespace.deleteQueue("nope"),
                    namespace.statistics(nope),
                    namespace.counters(nope),
                    namespace.peek(nope, 0, 1),
                    namespace.purgeMessages(nope, MessageSelection.ALL).result())) {
                assertThatThrownBy(call::join)
                        .hasMessageContainingAll("there is no queue 'nope'", "spelling")
                        .hasMessageNotContaining("autoCreate");
            }
        }
    }

    @Test
    void aNameThatIsTakenIsNotToBeCreatedOnFirstUse() throws JMSException {
        try (TestBroker broker = new TestBroker("?profile=azure&autoCreate=false");
                Session session = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            broker.namespace().createQueue(QueueDescription.of("orders")).join();
            assertThatThrownBy(() -> session.createProducer(session.createTopic("orders")))
                    .isInstanceOf(InvalidDestinationException.class)
                    .hasMessageContaining("queue 'orders' has the name")
                    .hasMessageNotContaining("autoCreate");
        }
    }

    @Test
    void aNameThatAnotherKindHasIsShown() throws JMSException {
        try (TestBroker broker = new TestBroker("?profile=azure&autoCreate=true");
                Session session = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            broker.namespace()
                    .createQueue(QueueDescription.builder("Orders").build())
                    .join();
            assertThatThrownBy(() -> session.createProducer(session.createTopic("orders")))
                    .isInstanceOf(InvalidDestinationException.class)
                    .hasMessageContainingAll("there is no topic 'orders'", "queue 'Orders' has the name");
        }
    }

    @Test
    void aQueueThatIsDeletedUnderAConsumerIsToBeCreatedAgain() throws JMSException {
        try (TestBroker broker = new TestBroker();
                Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(broker.queue("q"))) {
            broker.namespace().deleteQueue("q").join();
            assertThatThrownBy(() -> consumer.receive(TestBroker.LONG_MS))
                    .isInstanceOf(InvalidDestinationException.class)
                    .hasMessageContaining("create it again");
        }
    }

    @Test
    void aMessageThatIsTooLargeNamesTheOptionAndTheCall() throws JMSException {
        try (TestBroker broker = new TestBroker("?maxMessageSize=1KiB");
                Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(broker.queue("q"))) {
            assertThatThrownBy(() -> producer.send(session.createTextMessage("x".repeat(2_000))))
                    .isInstanceOf(JMSException.class)
                    .hasMessageContainingAll("maxMessageBytes of the queue", "updateQueue", "maxMessageSize");
        }
    }

    @Test
    void anAcknowledgeModeHasTheNameOfItsConstant() throws JMSException {
        try (TestBroker broker = new TestBroker();
                Session session = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            assertThatThrownBy(session::commit)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith("mode AUTO_ACKNOWLEDGE");
        }
    }

    @Test
    void aControlCharacterInASelectorIsShownAsItsNumber() throws JMSException {
        try (TestBroker broker = new TestBroker();
                Session session = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            assertThatThrownBy(() -> session.createConsumer(broker.queue("q"), "a = \u000b"))
                    .isInstanceOf(InvalidSelectorException.class)
                    .hasMessageContaining("'U+000B'");
            assertThatThrownBy(() -> session.createConsumer(broker.queue("q"), "a a\u0000"))
                    .isInstanceOf(InvalidSelectorException.class)
                    .hasMessageContaining("U+0000");
        }
    }
}
