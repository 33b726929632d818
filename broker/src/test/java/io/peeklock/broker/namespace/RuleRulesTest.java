/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.CorrelationFilter;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.FalseFilter;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.RuleFilter;
import io.peeklock.broker.entity.SelectorFilter;
import io.peeklock.broker.entity.SqlFilter;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.entity.TrueFilter;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What rules make of messages that are sent to topics: rules R1 to R6, D3. */
class RuleRulesTest extends TopicFixture {

    /** A subscription without the rule it begins with. */
    private EntityPath without(String name) {
        return without(SubscriptionDescription.builder("news", name));
    }

    private EntityPath without(SubscriptionDescription.Builder subscription) {
        EntityPath path = subscribe(subscription);
        bus.get(bus.namespace.deleteRule(path.name(), subscriptionOf(path), RuleDescription.DEFAULT_NAME));
        return path;
    }

    private static String subscriptionOf(EntityPath path) {
        return String.valueOf(path.subscription());
    }

    private void rule(EntityPath path, String name, RuleFilter filter) {
        rule(path, name, filter, null);
    }

    private void rule(EntityPath path, String name, RuleFilter filter, @Nullable String action) {
        bus.get(bus.namespace.createRule(new RuleDescription(path.name(), subscriptionOf(path), name, filter, action)));
    }

    private static RuleFilter sql(String expression) {
        return SqlFilter.of(expression);
    }

    private List<Delivery> all(EntityPath path) {
        return bus.get(bus.namespace.peek(path, 0, 250));
    }

    private List<String> properties(EntityPath path, String name) {
        return all(path).stream()
                .map(delivery -> String.valueOf(delivery.message().property(name)))
                .toList();
    }

    private void publish(String text, String property, Object value) {
        bus.send(NEWS, TestBus.text(text).property(property, value));
    }

    @Nested
    @Tag("R1")
    class ASubscription {
        @Test
        void withoutRulesReceivesNothing() {
            EntityPath nothing = without("nothing");
            publish("m");
            assertThat(textsOf(nothing)).isEmpty();
        }

        @Test
        void receivesWhatItsRulesSayFromThenOn() {
            EntityPath path = without("s");
            publish("before", "color", "red");
            rule(path, "red", sql("color = 'red'"));
            publish("red", "color", "red");
            publish("blue", "color", "blue");
            bus.get(bus.namespace.updateRule(new RuleDescription("news", "s", "red", sql("color = 'blue'"))));
            publish("blue now", "color", "blue");
            bus.get(bus.namespace.deleteRule("news", "s", "red"));
            publish("nobody's", "color", "blue");
            assertThat(textsOf(path)).containsExactly("red", "blue now");
        }

        @Test
        void hasItsRulesBesideTheOneItBeganWith() {
            EntityPath path = subscribe("s", "color = 'red'");
            rule(path, "blue", sql("color = 'blue'"));
            publish("r", "color", "red");
            publish("b", "color", "blue");
            publish("g", "color", "green");
            assertThat(textsOf(path)).containsExactly("r", "b");
        }

        @Test
        @Tag("W6")
        void thatIsTemporaryHasRulesToo() {
            EntityPath path =
                    without(SubscriptionDescription.builder("news", "t").temporary(true));
            rule(path, "red", sql("color = 'red'"), "SET x = 1");
            publish("m", "color", "red");
            assertThat(textsOf(path)).containsExactly("m");
            bus = bus.restarted();
            assertThat(bus.errorOf(bus.namespace.rules("news", "t"))).isEqualTo(ErrorCode.EntityNotFound);
        }

        @Test
        void hasNoRulesOfOneThatWasDeletedBefore() {
            EntityPath path = without("s");
            rule(path, "all", new TrueFilter());
            bus.get(bus.namespace.deleteSubscription("news", "s"));
            path = without("s");
            publish("m");
            assertThat(textsOf(path)).isEmpty();
        }
    }

    @Nested
    @Tag("R2")
    class Copies {
        @Test
        void areOneForAllRulesWithoutAction() {
            EntityPath path = subscribe("s");
            rule(path, "sql", sql("1=1"));
            rule(path, "label", CorrelationFilter.builder().label("l").build());
            rule(path, "selector", SelectorFilter.of("JMSType = 'l'"));
            bus.send(NEWS, TestBus.text("m").label("l"));
            assertThat(textsOf(path)).containsExactly("m");
            assertThat(properties(path, "RuleName")).containsExactly("null");
        }

        @Test
        void areOneMoreForEachRuleWithAnAction() {
            EntityPath path = subscribe("s");
            EntityPath other = subscribe("other");
            rule(path, "a", sql("color = 'red'"), "SET color = 'blue'; , SET sys.Label = 'changed'");
            rule(path, "b", CorrelationFilter.builder().property("color", "red").build(), "REMOVE color");
            rule(path, "c", sql("color = 'green'"), "SET color = 'never'");
            publish("m", "color", "red");
            assertThat(textsOf(path)).containsExactly("m", "m", "m");
            assertThat(properties(path, "RuleName")).containsExactlyInAnyOrder("null", "a", "b");
            assertThat(properties(path, "color")).containsExactlyInAnyOrder("red", "blue", "null");
            assertThat(all(path)).extracting(Delivery::enqueuedSequenceNumber).containsOnly(1L);
            assertThat(numbersOf(all(path))).containsExactly(1L, 2L, 3L);
            assertThat(properties(other, "color")).containsExactly("red");
        }

        @Test
        void areThereAloneIfEveryRuleHasAnAction() {
            EntityPath path = without("s");
            rule(path, "a", new TrueFilter(), "SET x = 1");
            rule(path, "never", new FalseFilter(), "SET x = 2");
            publish("m");
            assertThat(properties(path, "RuleName")).containsExactly("a");
        }

        @Test
        @Tag("R6")
        void areMessagesOfTheirOwnWithTheirOwnTimeToLive() {
            EntityPath path = subscribe("s");
            rule(path, "brief", new TrueFilter(), "SET sys.TimeToLive = 1000");
            publish("m");
            assertThat(active(path)).isEqualTo(2);
            bus.advance(Duration.ofSeconds(2));
            assertThat(properties(path, "RuleName")).containsExactly("null");
            bus.settle(bus.take(path), Settlement.COMPLETE);
            assertThat(active(path)).isZero();
        }

        @Test
        void surviveARestartAsTheyWereMade() {
            EntityPath path = subscribe("s");
            rule(path, "a", new TrueFilter(), "SET big = '" + "x".repeat(500) + "'");
            bus.send(NEWS, TestBus.text("").body(BodyKind.BYTES, new byte[200_000]));
            List<Message> before = all(path).stream().map(Delivery::message).toList();
            bus = bus.crashed();
            assertThat(all(path)).extracting(Delivery::message).isEqualTo(before);
            assertThat(before.get(0).body()).isEqualTo(before.get(1).body());
        }

        @Test
        @Tag("P1")
        void areMadeInEveryPartition() {
            topic(TopicDescription.builder("spread").partitioned(true));
            EntityPath path = without(SubscriptionDescription.builder("spread", "s"));
            rule(path, "a", sql("n >= 0"), "SET n = n + 100");
            for (int i = 0; i < 8; i++) {
                bus.send(EntityPath.topic("spread"), TestBus.text("m").property("n", i));
            }
            assertThat(properties(path, "n"))
                    .containsExactlyInAnyOrder("100", "101", "102", "103", "104", "105", "106", "107");
        }

        @Test
        @Tag("X1")
        void areMadeOfWhatATransactionSends() {
            EntityPath path = without("s");
            rule(path, "a", sql("sys.Label = 'l'"), "SET x = 1");
            List<OutgoingMessage> sends = List.of(
                    new OutgoingMessage(NEWS, TestBus.text("one").label("l").build()),
                    new OutgoingMessage(NEWS, TestBus.text("two").build()),
                    new OutgoingMessage(NEWS, TestBus.text("three").label("l").build()));
            bus.get(bus.namespace.commit(new PartitionCommit(0, sends, List.of())));
            assertThat(textsOf(path)).containsExactly("one", "three");
            assertThat(properties(path, "x")).containsExactly("1", "1");
        }
    }

    @Nested
    @Tag("Q3")
    class Quotas {
        @Test
        void countEveryCopyAsItIs() {
            topic(TopicDescription.builder("small").maxSizeBytes(1 << 20));
            EntityPath full = subscribe(SubscriptionDescription.builder("small", "s"));
            EntityPath other = subscribe(SubscriptionDescription.builder("small", "other"));
            rule(full, "a", new TrueFilter(), "SET x = 1");
            rule(full, "b", new TrueFilter(), "SET x = 2");
            Message message =
                    TestBus.text("").body(BodyKind.BYTES, new byte[200_000]).build();
            bus.get(bus.namespace.send(EntityPath.topic("small"), message));
            BrokerException refusal = bus.failure(bus.namespace.send(EntityPath.topic("small"), message));
            assertThat(refusal.code()).isEqualTo(ErrorCode.QuotaExceeded);
            assertThat(refusal).hasMessageContaining("small/Subscriptions/s is full");
            assertThat(active(full)).isEqualTo(3);
            assertThat(active(other)).isEqualTo(1);
            long bytes = all(full).stream()
                    .mapToLong(one -> one.message().sizeBytes())
                    .sum();
            assertThat(bus.get(bus.namespace.counters(full)).sizeBytes()).isEqualTo(bytes);
        }
    }

    @Nested
    @Tag("D3")
    class AnErrorOfEvaluation {
        private final SubscriptionDescription.Builder strict =
                SubscriptionDescription.builder("news", "strict").deadLetterOnFilterError(true);

        @Test
        void isNoMatchUnlessTheSubscriptionSaysOtherwise() {
            EntityPath path = without("s");
            rule(path, "bad", sql("1 / n = 1"));
            rule(path, "good", sql("n = 0"));
            publish("m", "n", 0);
            publish("none", "m", 0);
            assertThat(textsOf(path)).containsExactly("m");
            assertThat(bus.get(bus.namespace.counters(path)).deadLettered()).isZero();
        }

        @Test
        @Tag("D2")
        void deadLettersTheMessageThereAlone() {
            EntityPath path = without(strict);
            EntityPath other = subscribe("other");
            rule(path, "bad", sql("sys.Nothing = 1"));
            publish("m");
            assertThat(textsOf(path.deadLetterQueue())).containsExactly("m");
            assertThat(active(path)).isZero();
            assertThat(textsOf(other)).containsExactly("m");
            Delivery dead = bus.take(path.deadLetterQueue());
            assertThat(dead.deadLetterReason()).isEqualTo("FilterException");
            assertThat(dead.deadLetterDescription())
                    .isEqualTo("rule 'bad' cannot be evaluated for this message: there is no system property Nothing");
            bus = bus.crashed();
            assertThat(textsOf(path.deadLetterQueue())).containsExactly("m");
        }

        @Test
        void leavesNoOtherCopyBesideTheDeadLetter() {
            EntityPath path = subscribe(strict);
            rule(path, "bad", sql("1 / n = 1"));
            rule(path, "changes", new TrueFilter(), "SET x = 1");
            publish("dead", "n", 0);
            publish("alive", "n", 2);
            assertThat(textsOf(path.deadLetterQueue())).containsExactly("dead");
            assertThat(all(path).stream().filter(one -> one.deadLetterReason() == null))
                    .extracting(TestBus::textOf)
                    .containsExactly("alive", "alive");
        }

        @Test
        @Tag("R6")
        void mayBeThatOfAnAction() {
            EntityPath path = without(strict);
            rule(path, "bad", new TrueFilter(), "SET x = 1 / n");
            publish("dead", "n", 0);
            publish("alive", "n", 1);
            assertThat(textsOf(path.deadLetterQueue())).containsExactly("dead");
            assertThat(properties(path, "x")).contains("1");
        }

        @Test
        @Tag("Q1")
        void isACopyThatBecomesTooLarge() {
            topic(TopicDescription.builder("small").maxMessageBytes(1024));
            EntityPath path =
                    without(SubscriptionDescription.builder("small", "s").deadLetterOnFilterError(true));
            rule(path, "grows", new TrueFilter(), "SET x = '" + "x".repeat(900) + "'");
            bus.send(EntityPath.topic("small"), TestBus.text("x".repeat(500)));
            assertThat(all(path.deadLetterQueue()).get(0).deadLetterDescription())
                    .contains("rule 'grows'", "takes 1024");
        }

        @Test
        @Tag("D2")
        @Tag("Q2")
        void isNotWhatMakesTheHeaderTooLargeWhichIsNeverLost() {
            EntityPath path = subscribe("s");
            rule(path, "grows", new TrueFilter(), "SET c = a + a, SET d = a");
            bus.send(NEWS, TestBus.text("m").property("a", "x".repeat(30_000)));
            assertThat(active(path)).isEqualTo(1);
            Delivery dead = bus.take(path.deadLetterQueue());
            assertThat(TestBus.textOf(dead)).isEqualTo("m");
            assertThat(dead.message().property("c")).isNull();
            assertThat(dead.deadLetterReason()).isEqualTo("HeaderSizeExceeded");
            assertThat(dead.deadLetterDescription()).contains("rule 'grows'", "at most 65536 are allowed");
            bus = bus.crashed();
            assertThat(textsOf(path.deadLetterQueue())).containsExactly("m");
        }

        @Test
        void deadLettersAMessageThatWaitsForItsTimeAtOnce() {
            EntityPath path = without(strict);
            rule(path, "bad", sql("sys.Nothing = 1"));
            bus.send(NEWS, TestBus.text("m").deliveryDelayMs(60_000));
            assertThat(textsOf(path.deadLetterQueue())).containsExactly("m");
        }

        @Test
        @Tag("R4")
        void isNeverOneOfASelector() {
            EntityPath path = without(strict);
            rule(path, "selector", SelectorFilter.of("n / 0 = 1"));
            publish("m", "n", 0);
            assertThat(bus.get(bus.namespace.counters(path)).deadLettered()).isZero();
        }
    }

    @Test
    @Tag("R4")
    void parametersAreKeptWithTheirTypes() {
        EntityPath path = without("s");
        rule(path, "p", new SqlFilter("n = @n AND sys.Label = @l", Map.of("@n", 2.5, "l", "x")));
        bus = bus.restarted();
        bus.send(NEWS, TestBus.text("m").label("x").property("n", 2.5f));
        bus.send(NEWS, TestBus.text("other").label("x").property("n", 2));
        assertThat(textsOf(path)).containsExactly("m");
    }
}
