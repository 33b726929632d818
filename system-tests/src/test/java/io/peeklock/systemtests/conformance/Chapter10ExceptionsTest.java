/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static io.peeklock.systemtests.conformance.Provider.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TransactionRolledBackException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Section 10.3, the standard exceptions, where the specification asks for one; others stand with what causes them. */
@Tag("JMS-10.3")
final class Chapter10ExceptionsTest extends ProviderTestCase {

    private Session session;
    private Queue queue;

    @BeforeEach
    void open() throws JMSException {
        session = provider.session(Session.AUTO_ACKNOWLEDGE);
        queue = provider.queue(EntityKind.UNPARTITIONED);
    }

    @Nested
    class Checked {

        @Test
        void anInvalidSelectorIsRefusedByConsumersAndBrowsers() {
            assertThatThrownBy(() -> session.createConsumer(queue, "a = "))
                    .isInstanceOf(InvalidSelectorException.class);
            assertThatThrownBy(() -> session.createBrowser(queue, "a = ")).isInstanceOf(InvalidSelectorException.class);
        }

        @Test
        void aMissingDestinationIsInvalid() {
            assertThatThrownBy(() -> session.createConsumer(null)).isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> session.createBrowser(null)).isInstanceOf(InvalidDestinationException.class);
        }

        @Test
        void theEndOfAStreamIsToldFromAWrongType() throws JMSException {
            StreamMessage stream = session.createStreamMessage();
            stream.writeBoolean(true);
            stream.reset();
            assertThatThrownBy(stream::readShort).isInstanceOf(MessageFormatException.class);
            assertThat(stream.readBoolean()).as("read again as what it is").isTrue();
            assertThatThrownBy(stream::readShort).isInstanceOf(MessageEOFException.class);
            BytesMessage bytes = session.createBytesMessage();
            bytes.reset();
            assertThatThrownBy(bytes::readByte).isInstanceOf(MessageEOFException.class);
        }

        @Test
        void whatIsBeingWrittenCannotBeRead() throws JMSException {
            BytesMessage bytes = session.createBytesMessage();
            bytes.writeInt(1);
            assertThatThrownBy(bytes::readInt).isInstanceOf(MessageNotReadableException.class);
        }

        @Test
        void aTextThatIsNoNumberIsANumberFormatException() throws JMSException {
            Message message = session.createMessage();
            message.setStringProperty("p", "seven");
            assertThatThrownBy(() -> message.getIntProperty("p")).isInstanceOf(NumberFormatException.class);
        }

        @Test
        @Tag("JMS-6.2.7")
        void aCommitThatEndsInRollbackSaysSo() throws JMSException {
            provider.send(EntityKind.UNPARTITIONED, "a");
            Session transacted = provider.session(Session.SESSION_TRANSACTED);
            take(transacted.createConsumer(queue));
            transacted.createProducer(queue).send(session.createTextMessage("never"));
            // The message goes away under the transaction.
            provider.bus().deleteQueue(queue.getQueueName()).join();
            assertThatThrownBy(transacted::commit).isInstanceOf(TransactionRolledBackException.class);
            assertThat(provider.drain(EntityKind.UNPARTITIONED)).isEmpty();
        }

        @Test
        void anErrorOfTheBusHasItsCode() throws JMSException {
            Message message = session.createTextMessage("a".repeat(300_000));
            assertThatThrownBy(() -> session.createProducer(queue).send(message))
                    .isInstanceOfSatisfying(
                            JMSException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("MessageSizeExceeded"));
        }
    }

    @Nested
    @Tag("JMS-10.2")
    class Unchecked {

        @Test
        void haveTheTwinsOfTheCheckedOnes() {
            try (JMSContext context = provider.factory.createContext()) {
                assertThatThrownBy(() -> context.createConsumer(queue, "a = "))
                        .isInstanceOf(InvalidSelectorRuntimeException.class);
                assertThatThrownBy(() -> context.createConsumer(null))
                        .isInstanceOf(InvalidDestinationRuntimeException.class);
                assertThatThrownBy(context::commit).isInstanceOf(IllegalStateRuntimeException.class);
                context.close();
                assertThatThrownBy(() -> context.createConsumer(queue))
                        .isInstanceOf(IllegalStateRuntimeException.class);
            }
        }
    }
}
