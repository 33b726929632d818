/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.CorrelationFilter;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.RuleFilter;
import io.peeklock.broker.entity.SqlFilter;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.routing.PartitionHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules, duplicates and idleness, spread or not, and after a process has ended: rules R1 to R6, U1 to U4, W2. */
class PublishingEverywhereTest extends EveryKindFixture {
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration IDLE = Duration.ofMinutes(10);

    private void rule(String name, RuleFilter filter, @Nullable String action) {
        bus.get(bus.namespace.createRule(new RuleDescription("news", "reader", name, filter, action)));
    }

    private void noDefaultRule() {
        bus.get(bus.namespace.deleteRule("news", "reader", RuleDescription.DEFAULT_NAME));
    }

    private void publish(String label, int n) {
        bus.send(to, message(label + n).label(label).property("n", n));
    }

    @ParameterizedTest
    @MethodSource("topics")
    @Tag("R1")
    @Tag("R3")
    void correlationFiltersAreFoundAsTheyAreNow(Kind kind, End end) {
        create(kind);
        noDefaultRule();
        rule("kept", CorrelationFilter.builder().label("a").build(), null);
        rule("changed", CorrelationFilter.builder().label("b").property("n", 1).build(), null);
        rule("replaced", CorrelationFilter.builder().label("c").build(), null);
        rule("gone", CorrelationFilter.builder().label("d").build(), null);
        end(end);
        bus.get(bus.namespace.updateRule(new RuleDescription(
                "news",
                "reader",
                "changed",
                CorrelationFilter.builder().label("b").property("n", 2L).build())));
        bus.get(bus.namespace.updateRule(new RuleDescription("news", "reader", "replaced", SqlFilter.of("n = 2"))));
        bus.get(bus.namespace.deleteRule("news", "reader", "gone"));
        for (int n = 1; n <= 2; n++) {
            for (String label : List.of("a", "b", "c", "d")) {
                publish(label, n);
            }
            end(end);
        }
        assertThat(texts(from)).containsExactly("a1", "a2", "b2", "c2", "d2");
    }

    @ParameterizedTest
    @MethodSource("topics")
    @Tag("R2")
    @Tag("R4")
    @Tag("R5")
    @Tag("R6")
    void sqlChoosesAndChanges(Kind kind, End end) {
        create(kind);
        rule("large", SqlFilter.of("N > 1 AND sys.Label LIKE 'o%' AND missing IS NULL"), "SET n = n * 10; REMOVE gone");
        rule("unknown", SqlFilter.of("NOT missing = 1"), "SET n = 0");
        end(end);
        bus.send(to, message("m").label("order").property("n", 2).property("gone", true));
        bus.send(to, message("m").label("order").property("n", 1));
        end(end);
        assertThat(shown(from))
                .extracting(one -> one.message().property("RuleName") + " "
                        + one.message().property("n") + " " + one.message().property("gone"))
                .containsExactlyInAnyOrder("null 2 true", "large 20 null", "null 1 null");
    }

    private void createDetecting(Kind kind) {
        if (kind.isQueue()) {
            bus.create(QueueDescription.builder("orders")
                    .partitioned(kind.isSpread())
                    .duplicateDetectionWindow(WINDOW));
            to = TestBus.ORDERS;
            from = to;
            return;
        }
        bus.get(bus.namespace.createTopic(TopicDescription.builder("news")
                .partitioned(kind.isSpread())
                .duplicateDetectionWindow(WINDOW)
                .build()));
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.of("news", "reader")));
        to = EntityPath.topic("news");
        from = EntityPath.subscription("news", "reader");
    }

    private long sendAs(String id) {
        return bus.send(to, TestBus.text(id).applicationMessageId(id));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("U1")
    @Tag("U2")
    @Tag("P3")
    void duplicatesAreRecognisedToTheEndOfTheWindow(Kind kind, End end) {
        createDetecting(kind);
        long number = sendAs("a");
        bus.settle(bus.take(from), Settlement.COMPLETE);
        bus.advance(WINDOW.minusMillis(1));
        end(end);
        assertThat(sendAs("a")).isEqualTo(number);
        assertThat(texts(from)).isEmpty();
        bus.advance(Duration.ofMillis(1));
        sendAs("a");
        end(end);
        sendAs("a");
        assertThat(texts(from)).containsExactly("a");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("U3")
    void thePartitionKeyIsPartOfTheIdWhereThereArePartitions(Kind kind, End end) {
        createDetecting(kind);
        // Both lie in one partition.
        List<String> keys = IntStream.range(0, 100)
                .mapToObj(i -> "k" + i)
                .filter(key -> PartitionHash.partitionOf(key, 4) == 1)
                .limit(2)
                .toList();
        for (String key : keys) {
            bus.send(to, TestBus.text(key).applicationMessageId("a").partitionKey(key));
            end(end);
            bus.send(to, TestBus.text(key).applicationMessageId("a").sessionId(key));
        }
        assertThat(texts(from)).isEqualTo(kind.isSpread() ? keys : keys.subList(0, 1));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("U4")
    void whatIsScheduledTakesPartWhenItIsSubmitted(Kind kind, End end) {
        createDetecting(kind);
        Instant due = Instant.ofEpochMilli(now() + 3 * WINDOW.toMillis());
        long number = bus.get(bus.namespace.schedule(
                to, TestBus.text("a").applicationMessageId("a").build(), due));
        end(end);
        assertThat(sendAs("a")).isEqualTo(number);
        assertThat(bus.get(bus.namespace.schedule(
                        to, TestBus.text("a").applicationMessageId("a").build(), due)))
                .isEqualTo(number);
        bus.advance(WINDOW.multipliedBy(2));
        sendAs("a");
        end(end);
        bus.advance(WINDOW.plusMillis(10));
        // The window was over before its time: this is one of two messages, and not a duplicate when it comes.
        assertThat(texts(from)).containsExactly("a", "a");
        assertThat(shown(from)).extracting(Delivery::sequenceNumber).doesNotContain(0L);
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("W2")
    void whatNobodyUsesGoesWithItsMessages(Kind kind, End end) {
        create(kind);
        if (kind.isQueue()) {
            var queue = bus.get(bus.namespace.queue("orders"));
            bus.get(bus.namespace.updateQueue(
                    queue.toBuilder().autoDeleteOnIdle(IDLE).build()));
        } else {
            var reader = bus.get(bus.namespace.subscription("news", "reader"));
            bus.get(bus.namespace.updateSubscription(
                    reader.toBuilder().autoDeleteOnIdle(IDLE).build()));
        }
        send("left behind");
        end(end);
        bus.advance(IDLE.minusSeconds(1));
        assertThat(bus.get(bus.namespace.counters(from)).active()).isEqualTo(1);
        bus.advance(Duration.ofSeconds(2));
        assertThat(bus.errorOf(bus.namespace.counters(from))).isEqualTo(ErrorCode.EntityNotFound);
        end(end);
        assertThat(bus.errorOf(bus.namespace.counters(from))).isEqualTo(ErrorCode.EntityNotFound);
        assertThat(bus.namespace.health())
                .allSatisfy(one -> assertThat(one.findings()).isEmpty());
    }
}
