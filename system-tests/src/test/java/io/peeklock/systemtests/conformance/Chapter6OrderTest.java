/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static io.peeklock.systemtests.conformance.Provider.take;
import static io.peeklock.systemtests.conformance.Provider.takeTexts;
import static io.peeklock.systemtests.conformance.Provider.textOf;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Section 6.2.9, order. It holds among messages of one partition. */
final class Chapter6OrderTest extends ProviderTestCase {

    private static final int COUNT = 200;
    private static final int SENDERS = 4;

    @Nested
    @Tag("JMS-6.2.9.1")
    class OfReceipt {

        @InOnePartition
        void isThatOfTheSendsOfASession(EntityKind kind) throws Exception {
            provider.send(kind, Provider.numbered("m", COUNT));
            assertThat(takeTexts(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind), COUNT))
                    .isEqualTo(Provider.numbered("m", COUNT));
        }

        @InOnePartition
        void isThatOfTheSendsForAListenerToo(EntityKind kind) throws Exception {
            Heard heard = new Heard();
            Heard.listen(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind), message -> heard.say(textOf(message)));
            provider.send(kind, Provider.numbered("m", COUNT));
            assertThat(heard.next(COUNT)).isEqualTo(Provider.numbered("m", COUNT));
        }

        /** Sent while others send: among themselves the messages of each session are in order. */
        @InOnePartition
        void isThatOfTheSendsOfEachSessionOfSeveral(EntityKind kind) throws Exception {
            var queue = provider.queue(kind);
            CountDownLatch together = new CountDownLatch(SENDERS);
            List<Background<Boolean>> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                String prefix = i + ":";
                Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
                senders.add(Background.run(() -> {
                    MessageProducer producer = session.createProducer(queue);
                    together.countDown();
                    together.await();
                    for (String text : Provider.numbered(prefix, COUNT)) {
                        producer.send(kind.mark(session.createTextMessage(text)));
                    }
                }));
            }
            List<String> received = takeTexts(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind), SENDERS * COUNT);
            for (Background<Boolean> sender : senders) {
                sender.result();
            }
            for (int i = 0; i < SENDERS; i++) {
                String prefix = i + ":";
                assertThat(received.stream().filter(text -> text.startsWith(prefix)))
                        .containsExactlyElementsOf(Provider.numbered(prefix, COUNT));
            }
        }

        /** Each of two consumers gets some, in the order of the sends. */
        @InOnePartition
        @Tag("JMS-4.1.2")
        void holdsForWhatEachOfSeveralConsumersGets(EntityKind kind) throws Exception {
            Heard first = new Heard();
            Heard second = new Heard();
            Heard.listen(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind), message -> first.say(textOf(message)));
            Heard.listen(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind), message -> second.say(textOf(message)));
            List<String> sent = Provider.numbered("m", COUNT);
            provider.send(kind, sent);
            Awaitility.await().until(() -> first.rest().size() + second.rest().size() == COUNT);
            assertThat(first.rest()).isSubsetOf(sent).isSortedAccordingTo(byPlaceIn(sent));
            assertThat(second.rest()).isSubsetOf(sent).isSortedAccordingTo(byPlaceIn(sent));
        }

        /** A message that failed comes again before those behind it. */
        @InOnePartition
        @Tag("JMS-6.2.10")
        @Tag("L6")
        void isKeptByRecover(EntityKind kind) throws Exception {
            List<String> sent = Provider.numbered("m", 20);
            provider.send(kind, sent);
            Session session = provider.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(provider.queue(kind));
            for (int failed = 1; failed <= 5; failed++) {
                takeTexts(consumer, failed * 2);
                session.recover();
            }
            assertThat(takeTexts(consumer, 20)).isEqualTo(sent);
        }

        @InOnePartition
        @Tag("JMS-6.2.15")
        @NotPooled(NotPooled.KEEPS_WHAT_IT_HOLDS)
        @NotCached(NotCached.KEEPS_WHAT_IT_HOLDS)
        void isKeptWhenAnotherSessionGivesItsMessagesBack(EntityKind kind) throws Exception {
            List<String> sent = Provider.numbered("m", 20);
            provider.send(kind, sent);
            Session given = provider.session(Session.CLIENT_ACKNOWLEDGE);
            takeTexts(given.createConsumer(provider.queue(kind)), 10);
            given.close();
            assertThat(provider.drain(kind)).isEqualTo(sent);
        }

        private static Comparator<String> byPlaceIn(List<String> sent) {
            return Comparator.comparingInt(sent::indexOf);
        }
    }

    @Nested
    @Tag("JMS-6.2.9.2")
    class OfSends {

        @InOnePartition
        void letsAHigherPriorityGoFirst(EntityKind kind) throws Exception {
            MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind));
            for (String text : Provider.numbered("normal", 5)) {
                producer.send(provider.text(kind, text), DeliveryMode.PERSISTENT, 4, 0);
            }
            for (String text : Provider.numbered("expedited", 5)) {
                producer.send(provider.text(kind, text), DeliveryMode.PERSISTENT, 5, 0);
            }
            List<String> expected = new ArrayList<>(Provider.numbered("expedited", 5));
            expected.addAll(Provider.numbered("normal", 5));
            assertThat(provider.drain(kind)).isEqualTo(expected);
        }

        /** Across modes there is no order. */
        @InOnePartition
        @Tag("N10")
        void holdsWithinADeliveryMode(EntityKind kind) throws Exception {
            MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind));
            for (int i = 0; i < COUNT; i++) {
                boolean persistent = i % 3 == 0;
                producer.setDeliveryMode(persistent ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
                producer.send(provider.text(kind, (persistent ? "p" : "n") + i));
            }
            List<String> received = provider.drain(kind);
            assertThat(received).hasSize(COUNT);
            for (String mode : List.of("p", "n")) {
                assertThat(received.stream().filter(text -> text.startsWith(mode)))
                        .containsExactlyElementsOf(IntStream.range(0, COUNT)
                                .filter(i -> (i % 3 == 0) == mode.equals("p"))
                                .mapToObj(i -> mode + i)
                                .toList());
            }
        }

        @InOnePartition
        @Tag("JMS-7.3.3")
        void holdsOverSynchronousAndAsynchronousSends(EntityKind kind) throws Exception {
            CountDownLatch completed = new CountDownLatch(COUNT / 2);
            CompletionListener listener = new CompletionListener() {
                @Override
                public void onCompletion(Message message) {
                    completed.countDown();
                }

                @Override
                public void onException(Message message, Exception exception) {}
            };
            MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind));
            for (int i = 0; i < COUNT; i++) {
                if (i % 2 == 0) {
                    producer.send(provider.text(kind, "m" + i), listener);
                } else {
                    producer.send(provider.text(kind, "m" + i));
                }
            }
            completed.await();
            assertThat(provider.drain(kind)).isEqualTo(Provider.numbered("m", COUNT));
        }
    }

    @Nested
    class OnASpreadQueue {

        /** What remains of order without keys: none among partitions, all within each. */
        @Test
        @Tag("JMS-6.2.9.1")
        @Tag("P8")
        void isThatOfTheSendsWithinEachPartition() throws Exception {
            provider.send(EntityKind.SPREAD, Provider.numbered("m", COUNT));
            List<Message> received =
                    Provider.take(provider.consumer(Session.AUTO_ACKNOWLEDGE, EntityKind.SPREAD), COUNT);
            for (int partition = 0; partition < 4; partition++) {
                List<Integer> numbers = new ArrayList<>();
                for (Message message : received) {
                    if (message.getLongProperty("JMS_SB_SequenceNumber") >>> 48 == partition) {
                        numbers.add(Integer.valueOf(textOf(message).substring(1)));
                    }
                }
                assertThat(numbers)
                        .as("numbers in partition %d", partition)
                        .isNotEmpty()
                        .isSorted();
            }
        }

        @Test
        @Tag("JMS-6.2.9.1")
        @Tag("P5")
        void isThatOfTheSendsWithinEachKey() throws Exception {
            MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(EntityKind.SPREAD));
            for (int i = 0; i < COUNT; i++) {
                Message message = provider.text(EntityKind.SPREAD, "m" + i);
                message.setStringProperty("JMS_SB_PartitionKey", "key" + i % 7);
                producer.send(message);
            }
            MessageConsumer consumer = provider.consumer(Session.AUTO_ACKNOWLEDGE, EntityKind.SPREAD);
            List<List<Integer>> byKey = new ArrayList<>();
            IntStream.range(0, 7).forEach(key -> byKey.add(new ArrayList<>()));
            for (int i = 0; i < COUNT; i++) {
                int number = Integer.parseInt(textOf(take(consumer)).substring(1));
                byKey.get(number % 7).add(number);
            }
            assertThat(byKey)
                    .allSatisfy(numbers -> assertThat(numbers).isNotEmpty().isSorted());
        }
    }
}
