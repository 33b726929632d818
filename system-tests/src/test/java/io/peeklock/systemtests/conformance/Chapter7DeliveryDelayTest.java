/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static io.peeklock.systemtests.conformance.Provider.take;
import static io.peeklock.systemtests.conformance.Provider.textOf;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Section 7.9, delivery delay: never early, not seen before, kept on disk. */
@Tag("JMS-7.9")
final class Chapter7DeliveryDelayTest extends ProviderTestCase {

    private static final long DELAY_MS = 300;
    private static final long AN_HOUR_MS = 3_600_000;

    private Message sendDelayed(Provider to, EntityKind kind, String text, long delayMs) throws JMSException {
        try (Session session = to.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(to.queue(kind))) {
            producer.setDeliveryDelay(delayMs);
            Message message = to.text(kind, text);
            producer.send(message);
            return message;
        }
    }

    @Nested
    @Tag("JMS-3.4.13")
    class AMessage {

        @OnAnyEntity
        void isNotReceivedBeforeItsTime(EntityKind kind) throws JMSException {
            Message sent = sendDelayed(provider, kind, "later", DELAY_MS);
            provider.send(kind, "now");
            MessageConsumer consumer = provider.consumer(Session.AUTO_ACKNOWLEDGE, kind);
            assertThat(textOf(take(consumer))).isEqualTo("now");
            Message received = take(consumer);
            long now = System.currentTimeMillis();
            assertThat(textOf(received)).isEqualTo("later");
            assertThat(received.getJMSDeliveryTime())
                    .isEqualTo(sent.getJMSDeliveryTime())
                    .isGreaterThanOrEqualTo(sent.getJMSTimestamp() + DELAY_MS)
                    .isLessThanOrEqualTo(now);
        }

        @OnAnyEntity
        @Tag("JMS-4.1.6")
        void isNotBrowsedBeforeItsTime(EntityKind kind) throws JMSException {
            sendDelayed(provider, kind, "later", AN_HOUR_MS);
            try (QueueBrowser browser =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createBrowser(provider.queue(kind))) {
                assertThat(browser.getEnumeration().hasMoreElements()).isFalse();
            }
        }

        @OnAnyEntity
        @Tag("JMS-9.1")
        void isKeptOnDiskWithItsTime(EntityKind kind, @TempDir Path directory) throws JMSException {
            long delivery;
            try (Provider before = Provider.onDisk(directory.resolve("store"))) {
                sendDelayed(before, kind, "much later", AN_HOUR_MS);
                delivery = sendDelayed(before, kind, "later", DELAY_MS).getJMSDeliveryTime();
            }
            try (Provider after = Provider.onDisk(directory.resolve("store"))) {
                MessageConsumer consumer = after.consumer(Session.AUTO_ACKNOWLEDGE, kind);
                Message message = take(consumer);
                assertThat(textOf(message)).isEqualTo("later");
                assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(delivery);
                assertThat(consumer.receiveNoWait()).isNull();
            }
        }

        /** The time counts from the send, not from the commit. */
        @InOnePartition
        void ofATransactionIsDelayedFromItsSend(EntityKind kind) throws JMSException {
            Session session = provider.session(Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(provider.queue(kind));
            producer.setDeliveryDelay(DELAY_MS);
            Message message = provider.text(kind, "a");
            producer.send(message);
            session.commit();
            Message received = take(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind));
            assertThat(received.getJMSDeliveryTime()).isEqualTo(message.getJMSDeliveryTime());
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(message.getJMSDeliveryTime());
        }
    }
}
