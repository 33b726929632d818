/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BrowsePage;
import io.peeklock.broker.BrowsePosition;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Contents beyond the memory budget, very large messages, and sends that find no room. */
class MemoryAndRoomTest {
    private static final int BUDGET = 10_000;

    private @Nullable TestBus bus;

    @AfterEach
    void close() {
        if (bus != null) {
            bus.close();
        }
    }

    private static NamespaceConfig config(long bodyBytes) {
        return new NamespaceConfig(Profile.JMS, Duration.ofSeconds(60), true, false, bodyBytes, 64L << 20);
    }

    private TestBus open(NamespaceConfig config) {
        TestBus opened = TestBus.simulated(2, config);
        bus = opened;
        opened.create(QueueDescription.builder("orders").maxMessageBytes(100 << 20));
        return opened;
    }

    private static byte[] body(int seed, int bytes) {
        byte[] body = new byte[bytes];
        new Random(seed).nextBytes(body);
        return body;
    }

    private static Message message(int seed, int bytes) {
        return Message.builder()
                .body(BodyKind.BYTES, body(seed, bytes))
                .property("number", seed)
                .build();
    }

    private static byte[] bodyOf(Delivery delivery) {
        byte[] bytes = new byte[delivery.message().body().remaining()];
        delivery.message().body().get(bytes);
        return bytes;
    }

    @Nested
    class Swapped {
        private static final int MESSAGES = 100;

        private TestBus filled() {
            TestBus full = open(config(BUDGET));
            for (int i = 0; i < MESSAGES; i++) {
                full.get(full.namespace.send(TestBus.ORDERS, message(i, 1000)));
            }
            return full;
        }

        private void checkAll(TestBus full) {
            for (int i = 0; i < MESSAGES; i++) {
                Delivery next = full.take();
                assertThat(bodyOf(next)).isEqualTo(body(i, 1000));
                full.settle(next, Settlement.COMPLETE);
            }
            assertThat(full.receive(TestBus.ORDERS)).isNull();
        }

        @Test
        void contentsComeBackRightAndInOrder() {
            TestBus full = filled();
            checkAll(full);
            // The budget is free again.
            full.get(full.namespace.send(TestBus.ORDERS, message(1, 1000)));
            assertThat(bodyOf(full.take())).isEqualTo(body(1, 1000));
        }

        @Test
        void contentsComeBackAfterARestartOverTheBudget() {
            bus = filled().killed();
            checkAll(bus);
        }

        @Test
        void aRestartLeavesMostContentsInTheSwapWhateverTheBudget() {
            TestBus full = open(config(1L << 30));
            for (int i = 0; i < 40; i++) {
                full.get(full.namespace.send(TestBus.ORDERS, message(i, 1 << 20)));
            }
            assertThat(full.get(full.namespace.statistics()).bodyMemoryBytes()).isGreaterThan(40L << 20);
            TestBus again = full.killed();
            bus = again;
            assertThat(again.get(again.namespace.statistics()).bodyMemoryBytes())
                    .isBetween(30L << 20, 34L << 20);
            for (int i = 0; i < 40; i++) {
                assertThat(bodyOf(again.take())).isEqualTo(body(i, 1 << 20));
            }
        }

        @Test
        void contentsAreSeenByFiltersAndPeek() {
            TestBus full = filled();
            List<Integer> found = new ArrayList<>();
            ReceiverOptions options = new ReceiverOptions(
                    ReceiveMode.PEEK_LOCK,
                    (message, redeliveries, changes) ->
                            (int) message.properties().get("number") % 10 == 0,
                    Duration.ZERO);
            for (Delivery next = full.receive(TestBus.ORDERS, options); next != null; ) {
                found.add((int) next.message().properties().get("number"));
                next = full.receive(TestBus.ORDERS, options);
            }
            assertThat(found).containsExactly(0, 10, 20, 30, 40, 50, 60, 70, 80, 90);
            List<Delivery> seen = full.get(full.namespace.peek(TestBus.ORDERS, 0, 250));
            assertThat(seen).hasSize(MESSAGES);
            assertThat(bodyOf(seen.get(77))).isEqualTo(body(77, 1000));
        }

        /** Of a body that nobody wants, nothing but what lies before it is read. */
        @Test
        void bodiesAreNotReadForFiltersThatDoNotMatch() {
            TestBus full = open(config(BUDGET));
            for (int i = 0; i < 20; i++) {
                full.get(full.namespace.send(TestBus.ORDERS, message(i, 200_000)));
            }
            long before = full.store().swapBytesRead();
            List<String> kinds = new ArrayList<>();
            ReceiverOptions none = new ReceiverOptions(
                    ReceiveMode.PEEK_LOCK,
                    (message, redeliveries, changes) -> {
                        kinds.add(message.bodyKind() + " " + message.property("number"));
                        return false;
                    },
                    Duration.ZERO);
            assertThat(full.receive(TestBus.ORDERS, none)).isNull();
            assertThat(kinds).hasSize(20).startsWith("BYTES 0", "BYTES 1").endsWith("BYTES 19");
            assertThat(full.store().swapBytesRead() - before).isBetween(1L, 20L * 5_000);
            assertThat(bodyOf(full.take())).isEqualTo(body(0, 200_000));
        }

        /** A browser walks through all of it, and reads what it shows. */
        @Test
        @Tag("N6")
        void bodiesAreNotReadForBrowsersWhoseSelectorDoesNotMatch() {
            TestBus full = open(config(BUDGET));
            for (int i = 0; i < 20; i++) {
                full.get(full.namespace.send(TestBus.ORDERS, message(i, 200_000)));
            }
            long before = full.store().swapBytesRead();
            MessageFilter seventh = (message, redeliveries, changes) -> Objects.equals(message.property("number"), 7);
            BrowsePage page = full.get(full.namespace.browse(TestBus.ORDERS, seventh, BrowsePosition.START, 250));
            assertThat(page.isLast()).isTrue();
            assertThat(page.deliveries()).hasSize(1);
            assertThat(bodyOf(page.deliveries().get(0))).isEqualTo(body(7, 200_000));
            assertThat(full.store().swapBytesRead() - before).isBetween(200_000L, 400_000L);
        }

        @Test
        void propertiesLargerThanWhatIsReadAtOnceAreSeenByFilters() {
            TestBus full = open(config(BUDGET));
            for (int i = 0; i < 5; i++) {
                Message large = Message.builder()
                        .body(BodyKind.BYTES, body(i, 20_000))
                        .property("large", "x".repeat(30_000))
                        .property("number", i)
                        .build();
                full.get(full.namespace.send(TestBus.ORDERS, large));
            }
            ReceiverOptions third = new ReceiverOptions(
                    ReceiveMode.PEEK_LOCK,
                    (message, redeliveries, changes) -> Objects.equals(message.property("number"), 3),
                    Duration.ZERO);
            Delivery found = full.receive(TestBus.ORDERS, third);
            assertThat(found).isNotNull();
            assertThat(bodyOf(found)).isEqualTo(body(3, 20_000));
        }

        /** An application's thread must not touch the disk: a thread of the bus goes on. */
        @Test
        void contentsComeBackToApplicationThreads() {
            TestBus full = open(config(BUDGET));
            full.runtime.callFromApplication(true);
            for (int i = 0; i < MESSAGES; i++) {
                full.get(full.namespace.send(TestBus.ORDERS, message(i, 1000)));
            }
            checkAll(full);
        }

        @Test
        void contentsThatCannotBeReadStopThePartitionUntilItIsReopened() {
            TestBus full = filled();
            full.store().failSwapReads(true);
            var receiver = full.namespace.openReceiver(TestBus.ORDERS, ReceiverOptions.peekLock());
            CompletableFuture<Delivery> request = null;
            for (int i = 0; i < MESSAGES && full.namespace.health().get(0).state() == State.SERVING; i++) {
                request = receiver.receive();
                full.run();
            }
            assertThat(full.namespace.health().get(0).state()).isEqualTo(State.FAILED);
            assertThat(request).isNotNull().isNotDone();
            assertThat(full.errorOf(full.namespace.peek(TestBus.ORDERS, 0, 10)))
                    .isEqualTo(ErrorCode.PartitionUnavailable);
            receiver.close();
            full.store().failSwapReads(false);
            full.get(full.namespace.reopen(0));
            checkAll(full);
        }

        @Test
        void peekOfAContentThatCannotBeReadIsAnswered() {
            TestBus full = filled();
            full.store().failSwapReads(true);
            assertThat(full.errorOf(full.namespace.peek(TestBus.ORDERS, 0, 250)))
                    .isEqualTo(ErrorCode.OutcomeUnknown);
            full.store().failSwapReads(false);
        }

        @Test
        void contentsStayInMemoryIfTheSwapCannotBeWritten() {
            TestBus full = open(config(BUDGET));
            full.store().failSwapWrites(true);
            for (int i = 0; i < MESSAGES; i++) {
                full.get(full.namespace.send(TestBus.ORDERS, message(i, 1000)));
            }
            checkAll(full);
        }
    }

    @Nested
    class Large {

        @Test
        @Tag("Q1")
        void messagesOf100MegabytesPassInChunks() {
            // The largest that the rules allow, its frame included.
            int bytes = (100 << 20) - 1000;
            TestBus large = new TestBus(new MemoryJournalStore(2, true), config(64L << 20), 1);
            bus = large;
            large.create(QueueDescription.builder("orders").maxMessageBytes(100 << 20));
            byte[] body = body(1, bytes);
            large.get(large.namespace.send(
                    TestBus.ORDERS, Message.builder().body(BodyKind.BYTES, body).build()));
            Delivery delivery = large.take();
            assertThat(delivery.message().body().remaining()).isEqualTo(bytes);
            assertThat(delivery.message().body()).isEqualTo(java.nio.ByteBuffer.wrap(body));
            large.settle(delivery, Settlement.COMPLETE);
            assertThat(large.counters().sizeBytes()).isZero();
        }

        /** The answer must fit the heap. */
        @Test
        @Tag("N6")
        void messagesArePeekedAFewAtATime() {
            TestBus large = open(config(256L << 20));
            EntityPath spread = EntityPath.queue("spread");
            large.create(QueueDescription.builder("spread").partitioned(true).maxMessageBytes(100 << 20));
            for (int i = 0; i < 12; i++) {
                large.get(large.namespace.send(i < 6 ? TestBus.ORDERS : spread, message(i, 5_000_000)));
            }
            assertThat(pages(large, TestBus.ORDERS)).containsExactly(4, 2);
            assertThat(pages(large, spread)).containsExactly(6);
            for (int i = 0; i < 6; i++) {
                large.get(large.namespace.send(spread, message(i, 5_000_000)));
            }
            assertThat(pages(large, spread)).containsExactly(4, 6, 2);
        }

        private List<Integer> pages(TestBus large, EntityPath path) {
            List<Integer> sizes = new ArrayList<>();
            long from = 0;
            for (List<Delivery> page = large.get(large.namespace.peek(path, from, 250)); !page.isEmpty(); ) {
                sizes.add(page.size());
                from = page.get(page.size() - 1).sequenceNumber() + 1;
                page = large.get(large.namespace.peek(path, from, 250));
            }
            return sizes;
        }

        @Test
        @Tag("Q1")
        void messagesAreWholeOrNotThereAfterAPowerCut() {
            TestBus large = open(config(64L << 20));
            large.get(large.namespace.send(TestBus.ORDERS, message(1, 3_000_000)));
            large.syncs(false);
            large.namespace.send(TestBus.ORDERS, message(2, 3_000_000));
            large.run();
            large = large.crashed();
            bus = large;
            assertThat(bodyOf(large.take())).isEqualTo(body(1, 3_000_000));
            assertThat(large.receive(TestBus.ORDERS)).isNull();
            assertThat(large.namespace.health())
                    .allMatch(health -> health.findings().isEmpty());
        }
    }

    @Nested
    class SendWindow {
        private static final int LARGE = 1 << 20;

        @Test
        @Tag("P7")
        void thatStaysFullEndsInATimeout() {
            TestBus slow = open(config(64L << 20));
            slow.syncs(false);
            List<CompletableFuture<Long>> sent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                sent.add(slow.namespace.send(TestBus.ORDERS, message(i, LARGE)));
            }
            slow.advance(Duration.ofSeconds(59));
            assertThat(sent).noneMatch(CompletableFuture::isDone);
            slow.advance(Duration.ofSeconds(1));
            assertThat(slow.errorOf(sent.get(19))).isEqualTo(ErrorCode.Timeout);
            assertThat(sent.get(0)).isNotDone();
            slow.syncs(true);
            slow.get(sent.get(0));
            // Those that timed out were not sent.
            long there =
                    sent.stream().filter(s -> !s.isCompletedExceptionally()).count();
            assertThat(slow.counters().active()).isEqualTo(there).isLessThan(20);
        }

        @Test
        void keepsTheOrderOfSenders() {
            TestBus slow = open(config(256L << 20));
            slow.syncs(false);
            List<CompletableFuture<Long>> sent = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                sent.add(slow.namespace.send(TestBus.ORDERS, message(i, i % 7 == 0 ? 4 * LARGE : LARGE)));
                if (i % 5 == 0) {
                    slow.store().sync(0, 1);
                    slow.runtime.runUntilIdle();
                }
            }
            slow.syncs(true);
            slow.run();
            for (int i = 0; i < 60; i++) {
                assertThat(slow.take().message().properties()).containsEntry("number", i);
            }
        }

        @Test
        void leavesRoomForSettlements() {
            TestBus slow = open(config(64L << 20));
            slow.send("a");
            Delivery delivery = slow.take();
            slow.syncs(false);
            for (int i = 0; i < 20; i++) {
                slow.namespace.send(TestBus.ORDERS, message(i, LARGE));
            }
            CompletableFuture<Void> settled = slow.namespace.settle(delivery.requireLockToken(), Settlement.COMPLETE);
            slow.run();
            slow.store().sync(0, 17);
            slow.runtime.runUntilIdle();
            assertThat(settled).isCompleted();
        }
    }
}
