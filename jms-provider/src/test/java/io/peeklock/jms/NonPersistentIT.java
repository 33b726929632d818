/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Non-persistent messages of a broker in a directory: nothing of them is ever there (rule N10). */
@Tag("N10")
class NonPersistentIT {

    private static final String ORDERS = "orders";
    private static final String DEAD = "orders/$deadletterqueue";
    private static final int MESSAGES = 100;

    @TempDir
    private Path directory;

    private TestBroker broker;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker(new PeeklockConnectionFactory(
                "peeklock:file:" + directory.resolve("bus") + "?linger=0s&partitions=2&bodyMemory=1MiB"));
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private void reopen() throws JMSException {
        close();
        open();
    }

    private void send(Session session, int deliveryMode, String text) throws JMSException {
        try (MessageProducer producer = session.createProducer(broker.queue(ORDERS))) {
            producer.setDeliveryMode(deliveryMode);
            producer.send(session.createTextMessage(text));
        }
    }

    private void sendMany() throws JMSException {
        try (Session session = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            for (int i = 0; i < MESSAGES; i++) {
                send(session, DeliveryMode.NON_PERSISTENT, Integer.toString(i));
            }
        }
    }

    @Nested
    class OnTheDisk {

        private Map<Path, Long> before;

        /** The queue is known, numbers are reserved, and all that is written of that is. */
        @BeforeEach
        void settle() throws JMSException {
            send(broker.session(Session.AUTO_ACKNOWLEDGE), DeliveryMode.NON_PERSISTENT, "first");
            broker.drain(ORDERS);
            before = content();
            Awaitility.await().until(() -> {
                Map<Path, Long> last = before;
                before = content();
                return last.equals(before);
            });
        }

        /** Every file of the store and the checksum of what is in it. */
        private Map<Path, Long> content() {
            Map<Path, Long> checksums = new TreeMap<>();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    CRC32C checksum = new CRC32C();
                    checksum.update(Files.readAllBytes(file));
                    checksums.put(file, checksum.getValue());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return checksums;
        }

        private void nothingHasChanged() {
            assertThat(content()).isEqualTo(before);
        }

        /** What the others are told apart from. */
        @Test
        void aPersistentOneIsSeen() throws JMSException {
            broker.send(ORDERS, "a");
            assertThat(content()).isNotEqualTo(before);
        }

        @Test
        void isNothingOfThoseSentAndReceived() throws JMSException {
            sendMany();
            nothingHasChanged();
            assertThat(broker.drain(ORDERS)).hasSize(MESSAGES);
            nothingHasChanged();
        }

        @Test
        void isNothingOfThoseLockedRecoveredAndAcknowledged() throws JMSException {
            sendMany();
            Session session = broker.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS));
            take(consumer);
            take(consumer);
            session.recover();
            take(consumer).acknowledge();
            nothingHasChanged();
        }

        @Test
        void isNothingOfThoseInTransactions() throws JMSException {
            sendMany();
            Session session = broker.session(Session.SESSION_TRANSACTED);
            MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS));
            for (int i = 0; i < MESSAGES; i++) {
                take(consumer);
                send(session, DeliveryMode.NON_PERSISTENT, "follows");
                if (i % 3 == 0) {
                    session.rollback();
                } else {
                    session.commit();
                }
            }
            nothingHasChanged();
        }

        @Test
        void isNothingOfThoseDeadLettered() throws JMSException {
            sendMany();
            Session session = broker.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS));
            PeekLocked.of(take(consumer)).deadLetter("reason", "description");
            for (int i = 0; i < 10; i++) {
                take(consumer);
                session.recover();
            }
            assertThat(broker.drain(DEAD)).containsExactly("0", "1");
            nothingHasChanged();
        }

        /** The memory for bodies is 1 MiB: more of them would go to the swap, if they went anywhere. */
        @Test
        void isNothingOfThoseThatFillTheMemory() throws JMSException {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(broker.queue(ORDERS));
            producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            for (int i = 0; i < MESSAGES; i++) {
                BytesMessage message = session.createBytesMessage();
                message.writeBytes(new byte[100_000]);
                producer.send(message);
            }
            nothingHasChanged();
            MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS));
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(((BytesMessage) take(consumer)).getBodyLength()).isEqualTo(100_000);
            }
            nothingHasChanged();
        }
    }

    @Nested
    class AfterARestart {

        @Test
        void onlyPersistentOnesAreThere() throws JMSException {
            sendMany();
            broker.send(ORDERS, "kept");
            sendMany();
            reopen();
            assertThat(broker.drain(ORDERS)).containsExactly("kept");
        }

        @Test
        void onlyPersistentOnesOfATransactionAreThere() throws JMSException {
            Session session = broker.session(Session.SESSION_TRANSACTED);
            send(session, DeliveryMode.NON_PERSISTENT, "gone");
            send(session, DeliveryMode.PERSISTENT, "kept");
            session.commit();
            assertThat(broker.drain(ORDERS)).containsExactly("gone", "kept");
            send(session, DeliveryMode.NON_PERSISTENT, "gone");
            send(session, DeliveryMode.PERSISTENT, "kept");
            session.commit();
            reopen();
            assertThat(broker.drain(ORDERS)).containsExactly("kept");
        }

        @Test
        void onlyPersistentDeadLettersAreThere() throws JMSException {
            Session session = broker.session(Session.CLIENT_ACKNOWLEDGE);
            send(session, DeliveryMode.NON_PERSISTENT, "gone");
            send(session, DeliveryMode.PERSISTENT, "kept");
            MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS));
            for (int i = 0; i < 2; i++) {
                PeekLocked.of(take(consumer)).deadLetter("reason", "description");
            }
            reopen();
            Message message = broker.session(Session.AUTO_ACKNOWLEDGE)
                    .createConsumer(broker.queue(DEAD))
                    .receiveNoWait();
            assertThat(text(message)).isEqualTo("kept");
            assertThat(broker.drain(DEAD)).isEmpty();
        }
    }
}
