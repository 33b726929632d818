/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.FalseFilter;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.entity.TrueFilter;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entities that nobody uses are deleted: rule W2. */
@Tag("W2")
class IdleRulesTest {
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final Duration ALMOST = IDLE.minusSeconds(1);
    private static final Duration REST = Duration.ofSeconds(2);
    private static final EntityPath ORDERS = TestBus.ORDERS;
    private static final EntityPath NEWS = EntityPath.topic("news");
    private static final EntityPath READER = EntityPath.subscription("news", "reader");

    private TestBus bus;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(4, TestBus.config(Profile.JMS));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private void createOrders(boolean partitioned) {
        bus.create(QueueDescription.builder("orders").partitioned(partitioned).autoDeleteOnIdle(IDLE));
    }

    private void createNews(boolean topicEnds, boolean subscriptionEnds) {
        TopicDescription.Builder topic = TopicDescription.builder("news");
        SubscriptionDescription.Builder reader = SubscriptionDescription.builder("news", "reader");
        bus.get(bus.namespace.createTopic((topicEnds ? topic.autoDeleteOnIdle(IDLE) : topic).build()));
        bus.get(bus.namespace.createSubscription((subscriptionEnds ? reader.autoDeleteOnIdle(IDLE) : reader).build()));
    }

    private boolean exists(EntityPath path) {
        bus.run();
        return !bus.namespace.resolve(path, false).isCompletedExceptionally();
    }

    /** Almost until it would end, something, and almost until it would end after that. */
    private void delays(EntityPath path, Runnable use) {
        bus.advance(ALMOST);
        assertThat(exists(path)).isTrue();
        use.run();
        bus.advance(ALMOST);
        assertThat(exists(path)).as("used in between").isTrue();
        bus.advance(REST);
        assertThat(exists(path)).as("idle at last").isFalse();
    }

    @Nested
    class AQueue {

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void endsWhenItsTimeIsOver(boolean partitioned) {
            createOrders(partitioned);
            bus.send("stays behind");
            bus.advance(ALMOST);
            assertThat(exists(ORDERS)).isTrue();
            bus.advance(REST);
            assertThat(exists(ORDERS)).isFalse();
            assertThat(bus.errorOf(bus.namespace.send(ORDERS, TestBus.text("m").build())))
                    .isEqualTo(ErrorCode.EntityNotFound);
        }

        @Test
        void withoutThatSettingIsThereForEver() {
            bus.create(QueueDescription.builder("orders"));
            bus.advance(Duration.ofDays(400));
            assertThat(exists(ORDERS)).isTrue();
        }

        @Test
        void isUsedByWhoSends() {
            createOrders(false);
            delays(ORDERS, () -> bus.send("m"));
        }

        @Test
        void isUsedByWhoReceives() {
            createOrders(true);
            delays(ORDERS, () -> bus.receive(ORDERS, ReceiverOptions.peekLock()));
        }

        @Test
        void isUsedByWhoLooks() {
            createOrders(false);
            delays(ORDERS, () -> bus.get(bus.namespace.peek(ORDERS, 0, 1)));
        }

        @Test
        void isUsedByWhoChangesIt() {
            createOrders(false);
            QueueDescription queue = bus.get(bus.namespace.queue("orders"));
            delays(
                    ORDERS,
                    () -> bus.get(bus.namespace.updateQueue(
                            queue.toBuilder().maxDeliveryCount(3).build())));
        }

        @Test
        void isNotUsedByWhoOnlyReadsItsSettingsAndCounters() {
            createOrders(false);
            bus.advance(ALMOST);
            bus.get(bus.namespace.queue("orders"));
            bus.counters();
            bus.advance(REST);
            assertThat(exists(ORDERS)).isFalse();
        }

        @Test
        void isUsedAsLongAsAReceiverIsOpen() {
            createOrders(false);
            Receiver receiver = bus.namespace.openReceiver(ORDERS.deadLetterQueue(), ReceiverOptions.peekLock());
            bus.advance(IDLE.multipliedBy(5));
            delays(ORDERS, receiver::close);
        }

        @Test
        void isUsedAsLongAsAMessageIsLocked() {
            createOrders(false);
            bus.send("m");
            ReceiverOptions renewing = new ReceiverOptions(ReceiveMode.PEEK_LOCK, null, ReceiverOptions.FOREVER);
            Delivery held = Objects.requireNonNull(bus.receive(ORDERS, renewing));
            bus.advance(IDLE.multipliedBy(5));
            assertThat(exists(ORDERS)).isTrue();
            bus.settle(held, Settlement.COMPLETE);
            bus.advance(ALMOST);
            assertThat(exists(ORDERS)).isTrue();
            bus.advance(REST);
            assertThat(exists(ORDERS)).isFalse();
        }

        @Test
        void isUsedAsLongAsAMessageIsScheduled() {
            createOrders(false);
            bus.send(ORDERS, TestBus.text("m").deliveryDelayMs(IDLE.toMillis() * 3));
            bus.advance(IDLE.multipliedBy(3).minusSeconds(1));
            assertThat(exists(ORDERS)).isTrue();
            bus.advance(IDLE.multipliedBy(2));
            assertThat(exists(ORDERS)).isFalse();
        }

        @Test
        void canGetAndLoseTheSettingLater() {
            bus.create(QueueDescription.builder("orders"));
            bus.advance(IDLE.multipliedBy(5));
            QueueDescription queue = bus.get(bus.namespace.queue("orders"));
            QueueDescription ending = queue.toBuilder().autoDeleteOnIdle(IDLE).build();
            bus.get(bus.namespace.updateQueue(ending));
            bus.advance(ALMOST);
            bus.get(bus.namespace.updateQueue(queue));
            bus.advance(IDLE.multipliedBy(5));
            assertThat(exists(ORDERS)).isTrue();
            bus.get(bus.namespace.updateQueue(ending));
            bus.advance(IDLE.plus(REST));
            assertThat(exists(ORDERS)).isFalse();
        }

        @Test
        void thatWasCreatedAnewIsNotTakenForTheOldOne() {
            createOrders(false);
            bus.advance(ALMOST);
            bus.get(bus.namespace.deleteQueue("orders"));
            createOrders(false);
            bus.advance(ALMOST);
            assertThat(exists(ORDERS)).isTrue();
        }
    }

    @Nested
    class ATopic {

        @Test
        void endsWithItsSubscriptions() {
            createNews(true, false);
            bus.advance(IDLE.plus(REST));
            assertThat(exists(NEWS)).isFalse();
            assertThat(exists(READER)).isFalse();
        }

        @Test
        void isUsedByWhoReceivesFromASubscription() {
            createNews(true, false);
            delays(NEWS, () -> bus.receive(READER));
        }

        @Test
        void isUsedAsLongAsAMessageOfASubscriptionIsLocked() {
            createNews(true, false);
            bus.send(NEWS, TestBus.text("m"));
            ReceiverOptions renewing = new ReceiverOptions(ReceiveMode.PEEK_LOCK, null, ReceiverOptions.FOREVER);
            Delivery held = Objects.requireNonNull(bus.receive(READER, renewing));
            bus.advance(IDLE.multipliedBy(5));
            assertThat(exists(NEWS)).isTrue();
            delays(NEWS, () -> bus.settle(held, Settlement.COMPLETE));
        }

        @Test
        void isUsedAsLongAsAReceiverOfASubscriptionIsOpen() {
            createNews(true, true);
            Receiver receiver = bus.namespace.openReceiver(READER, ReceiverOptions.peekLock());
            bus.advance(IDLE.multipliedBy(5));
            delays(NEWS, receiver::close);
        }
    }

    /** A change that was asked for before the deletion, and is done, is not undone by it. */
    @Nested
    class AChangeAtTheSameMoment {

        /** Asks for something that waits for another change, which ends only when the entity has become due. */
        private void whenDue(Supplier<CompletableFuture<?>> change) {
            bus.create(QueueDescription.builder("other"));
            bus.advance(ALMOST);
            bus.syncs(false);
            bus.namespace.deleteQueue("other");
            bus.run();
            CompletableFuture<?> changed = change.get();
            bus.advance(REST);
            assertThat(changed).isNotDone();
            bus.syncs(true);
            bus.get(changed);
        }

        @Test
        void ofItsSettingsKeepsIt() {
            createOrders(true);
            QueueDescription queue = bus.get(bus.namespace.queue("orders"));
            whenDue(() -> bus.namespace.updateQueue(
                    queue.toBuilder().maxDeliveryCount(3).build()));
            bus.advance(ALMOST);
            assertThat(exists(ORDERS)).isTrue();
            assertThat(bus.get(bus.namespace.queue("orders")).maxDeliveryCount())
                    .isEqualTo(3);
            bus.send("m");
            bus.advance(IDLE.plus(REST));
            assertThat(exists(ORDERS)).isFalse();
        }

        @Test
        void thatEndsItsEndingKeepsItForEver() {
            createOrders(false);
            QueueDescription queue = bus.get(bus.namespace.queue("orders"));
            whenDue(() -> bus.namespace.updateQueue(queue.toBuilder()
                    .autoDeleteOnIdle(QueueDescription.NO_LIMIT)
                    .build()));
            bus.advance(IDLE.multipliedBy(5));
            assertThat(exists(ORDERS)).isTrue();
        }

        @Test
        void thatGivesATopicASubscriptionKeepsBoth() {
            createNews(true, false);
            whenDue(() -> bus.namespace.createSubscription(SubscriptionDescription.of("news", "late")));
            bus.advance(ALMOST);
            assertThat(exists(EntityPath.subscription("news", "late"))).isTrue();
            bus.send(NEWS, TestBus.text("m"));
            assertThat(bus.takeAll(READER)).containsExactly("m");
        }

        @Test
        void thatGivesASubscriptionARuleKeepsIt() {
            createNews(false, true);
            whenDue(() -> bus.namespace.createRule(new RuleDescription("news", "reader", "r", new TrueFilter())));
            bus.advance(ALMOST);
            assertThat(exists(READER)).isTrue();
        }
    }

    @Nested
    class ASubscription {

        @Test
        void isUsedByWhoChangesItsRules() {
            createNews(true, true);
            RuleDescription rule = new RuleDescription("news", "reader", "r", new TrueFilter());
            bus.advance(ALMOST);
            bus.get(bus.namespace.createRule(rule));
            bus.advance(ALMOST);
            bus.get(bus.namespace.updateRule(new RuleDescription("news", "reader", "r", new FalseFilter())));
            delays(READER, () -> bus.get(bus.namespace.deleteRule("news", "reader", "r")));
            assertThat(exists(NEWS)).isFalse();
        }

        @Test
        void isNotUsedByWhoPublishes() {
            createNews(false, true);
            bus.advance(ALMOST);
            bus.send(NEWS, TestBus.text("m"));
            bus.advance(REST);
            assertThat(exists(READER)).isFalse();
            assertThat(exists(NEWS)).isTrue();
        }

        @Test
        void isUsedByWhoReceives() {
            createNews(false, true);
            delays(READER, () -> bus.receive(READER));
        }
    }

    @Nested
    class ARestart {

        @Test
        void letsIdlenessBeginAnew() {
            createOrders(true);
            bus.advance(ALMOST);
            bus = bus.restarted();
            bus.advance(ALMOST);
            assertThat(exists(ORDERS)).isTrue();
            bus.advance(REST);
            assertThat(exists(ORDERS)).isFalse();
            bus = bus.restarted();
            assertThat(List.of(exists(ORDERS))).containsExactly(false);
        }
    }
}
