/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.CorrelationFilter;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.FalseFilter;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.RuleFilter;
import io.peeklock.broker.entity.SelectorFilter;
import io.peeklock.broker.entity.SqlFilter;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.entity.TrueFilter;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules come, change and go at run time and are there after a restart: rules R1, R7, W4. */
@Tag("W4")
class RuleAdministrationTest extends TopicFixture {
    private static final String DEFAULT = RuleDescription.DEFAULT_NAME;
    private EntityPath path;

    @BeforeEach
    void subscribe() {
        path = subscribe("s");
    }

    private static RuleDescription described(String name, RuleFilter filter, @Nullable String action) {
        return new RuleDescription("news", "s", name, filter, action);
    }

    private static RuleDescription described(String name, RuleFilter filter) {
        return described(name, filter, null);
    }

    private RuleDescription create(String name, RuleFilter filter) {
        return bus.get(bus.namespace.createRule(described(name, filter)));
    }

    private List<RuleDescription> rules() {
        return bus.get(bus.namespace.rules("news", "s"));
    }

    private void refused(CompletableFuture<?> change, ErrorCode code, String why) {
        BrokerException refusal = bus.failure(change);
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal).hasMessageContaining(why);
    }

    @Test
    void survivesRestartsWhateverItsKind() {
        RuleDescription correlation = described(
                "correlation",
                CorrelationFilter.builder().label("l").to("t").property("a", 1).build(),
                "SET x = 1");
        List<RuleDescription> made = List.of(
                correlation,
                described("false", new FalseFilter()),
                described("selector", SelectorFilter.of("a = 1")),
                described("sql", SqlFilter.of("a = 1"), "REMOVE a"));
        made.forEach(rule -> assertThat(bus.get(bus.namespace.createRule(rule))).isEqualTo(rule));
        bus = bus.crashed();
        assertThat(rules())
                .containsExactly(
                        described(DEFAULT, new TrueFilter()), made.get(0), made.get(1), made.get(2), made.get(3));
        assertThat(bus.get(bus.namespace.rule("news", "s", "correlation"))).isEqualTo(correlation);
        bus.send(NEWS, TestBus.text("m").label("l").to("t").property("a", 1));
        // One for the rules without action, one for each with one.
        assertThat(textsOf(path)).containsExactly("m", "m", "m");
    }

    @Test
    void changesAndDeletionsSurviveThemToo() {
        create("a", SqlFilter.of("1=1"));
        create("b", SqlFilter.of("1=1"));
        bus.get(bus.namespace.updateRule(
                described("a", CorrelationFilter.builder().label("l").build())));
        bus.get(bus.namespace.deleteRule("news", "s", "b"));
        bus.get(bus.namespace.deleteRule("news", "s", DEFAULT));
        bus = bus.restarted();
        assertThat(rules())
                .containsExactly(
                        described("a", CorrelationFilter.builder().label("l").build()));
        publish("m");
        assertThat(textsOf(path)).isEmpty();
        bus.send(NEWS, TestBus.text("l").label("l"));
        assertThat(textsOf(path)).containsExactly("l");
    }

    @Test
    void reachesAPartitionThatWasOut() {
        bus.get(bus.namespace.deleteRule("news", "s", DEFAULT));
        subscribe("other");
        publish("m");
        bus.store().failNextSync(0, Reason.IO, 0);
        bus.failure(bus.namespace.send(
                EntityPath.topic("news"), TestBus.text("fails").build()));
        create("late", SqlFilter.of("1=1"));
        bus.get(bus.namespace.reopen(0));
        publish("taken");
        assertThat(textsOf(path)).containsExactly("taken");
    }

    @Nested
    @Tag("R1")
    class TheDefaultRule {
        @Test
        void isThereAndTakesEverything() {
            assertThat(rules()).containsExactly(described(DEFAULT, new TrueFilter()));
            assertThat(bus.get(bus.namespace.rule("news", "s", DEFAULT)).filter())
                    .isEqualTo(new TrueFilter());
        }

        @Test
        void isTheSubscriptionsFilter() {
            subscribe("filtered", "a = 1");
            assertThat(bus.get(bus.namespace.rules("news", "filtered")))
                    .extracting(RuleDescription::filter)
                    .containsExactly(SelectorFilter.of("a = 1"));
            bus.get(bus.namespace.updateRule(
                    new RuleDescription("news", "filtered", DEFAULT, SelectorFilter.of("a = 2"))));
            assertThat(bus.get(bus.namespace.subscription("news", "filtered"))
                            .filter()
                            .selector())
                    .isEqualTo("a = 2");
        }

        @Test
        void goesAndStaysGoneWhateverElseChanges() {
            bus.get(bus.namespace.deleteRule("news", "s", DEFAULT));
            refused(
                    bus.namespace.deleteRule("news", "s", DEFAULT),
                    ErrorCode.EntityNotFound,
                    "there is no rule '$Default' of subscription 'news/Subscriptions/s'");
            bus.get(bus.namespace.updateSubscription(SubscriptionDescription.builder("news", "s")
                    .maxDeliveryCount(3)
                    .build()));
            publish("m");
            bus = bus.crashed();
            publish("m");
            assertThat(rules()).isEmpty();
            assertThat(textsOf(path)).isEmpty();
        }

        @Test
        void maybeMadeAnewOrChangedToAnyKind() {
            RuleDescription changed = described(DEFAULT, SqlFilter.of("color = 'red'"), "SET x = 1");
            assertThat(bus.get(bus.namespace.updateRule(changed))).isEqualTo(changed);
            refused(
                    bus.namespace.createRule(described(DEFAULT, new TrueFilter())),
                    ErrorCode.EntityAlreadyExists,
                    "rule '$Default' of subscription 'news/Subscriptions/s'");
            bus = bus.crashed();
            assertThat(rules()).containsExactly(changed);
            publish("nobody's");
            bus.send(NEWS, TestBus.text("red").property("color", "red"));
            assertThat(textsOf(path)).containsExactly("red");
            bus.get(bus.namespace.deleteRule("news", "s", DEFAULT));
            create(DEFAULT, new TrueFilter());
            publish("all");
            assertThat(textsOf(path)).containsExactly("red", "all");
        }
    }

    @Nested
    class IsRefused {
        @Test
        void whatIsThereOrIsNot() {
            create("a", new TrueFilter());
            refused(bus.namespace.createRule(described("a", new FalseFilter())), ErrorCode.EntityAlreadyExists, "'a'");
            refused(
                    bus.namespace.createRule(described(DEFAULT, new FalseFilter())),
                    ErrorCode.EntityAlreadyExists,
                    DEFAULT);
            refused(bus.namespace.updateRule(described("b", new FalseFilter())), ErrorCode.EntityNotFound, "'b'");
            refused(bus.namespace.deleteRule("news", "s", "b"), ErrorCode.EntityNotFound, "'b'");
            refused(bus.namespace.rule("news", "s", "b"), ErrorCode.EntityNotFound, "'b'");
            refused(bus.namespace.rules("news", "x"), ErrorCode.EntityNotFound, "news/Subscriptions/x");
            RuleDescription lost = new RuleDescription("news", "x", "r", new TrueFilter());
            refused(bus.namespace.createRule(lost), ErrorCode.EntityNotFound, "news/Subscriptions/x");
        }

        @Test
        @Tag("R4")
        void whatCannotBeRead() {
            refused(
                    bus.namespace.createRule(described("a", SqlFilter.of("a ="))),
                    ErrorCode.InvalidOperation,
                    "rule 'a' of subscription 'news/Subscriptions/s': Invalid SQL at position 3");
            refused(
                    bus.namespace.createRule(described("a", new TrueFilter(), "a = 1")),
                    ErrorCode.InvalidOperation,
                    "expected SET or REMOVE");
            refused(
                    bus.namespace.updateRule(described(DEFAULT, SelectorFilter.of("a ="))),
                    ErrorCode.InvalidSelector,
                    "Invalid selector");
        }

        @Test
        @Tag("R1")
        void anotherFilterOfASubscriptionThatHasNoDefaultRule() {
            SubscriptionDescription filtered = SubscriptionDescription.builder("news", "s")
                    .filter(SubscriptionFilter.of("a = 1"))
                    .build();
            bus.get(bus.namespace.updateSubscription(filtered));
            assertThat(rules()).extracting(RuleDescription::filter).containsExactly(SelectorFilter.of("a = 1"));
            bus.get(bus.namespace.deleteRule("news", "s", DEFAULT));
            refused(
                    bus.namespace.updateSubscription(filtered.toBuilder()
                            .filter(SubscriptionFilter.of("a = 2"))
                            .build()),
                    ErrorCode.InvalidOperation,
                    "subscription 's' of topic 'news': its rule $Default was deleted or changed");
            bus.get(bus.namespace.updateSubscription(
                    filtered.toBuilder().maxDeliveryCount(2).build()));
        }

        @Test
        @Tag("R6")
        void anActionThatWouldMoveAMessageOfAPartitionedTopic() {
            topic(TopicDescription.builder("spread").partitioned(true));
            subscribe(SubscriptionDescription.builder("spread", "s"));
            refused(
                    bus.namespace.createRule(
                            new RuleDescription("spread", "s", "r", new TrueFilter(), "SET sys.SessionId = 'x'")),
                    ErrorCode.InvalidOperation,
                    "say where a message of a partitioned topic lies");
            bus.get(bus.namespace.createRule(described("r", new TrueFilter(), "SET sys.SessionId = 'x'")));
            publish("m");
            assertThat(bus.get(bus.namespace.peek(path, 0, 9)))
                    .extracting(delivery -> String.valueOf(delivery.message().sessionId()))
                    .containsExactly("null", "x");
        }
    }

    @Test
    @Tag("W5")
    void namesDifferByCaseInProfileJmsOnly() {
        create("Rule", new TrueFilter());
        create("rule", new TrueFilter());
        bus.close();
        open(TestBus.config(Profile.AZURE));
        subscribe();
        create("Rule", new TrueFilter());
        refused(bus.namespace.createRule(described("rule", new TrueFilter())), ErrorCode.EntityAlreadyExists, "'rule'");
        bus.get(bus.namespace.deleteRule("news", "s", "$default"));
        assertThat(rules()).extracting(RuleDescription::name).containsExactly("Rule");
        assertThat(bus.get(bus.namespace.rule("NEWS", "S", "RULE")).name()).isEqualTo("Rule");
    }

    @Test
    @Tag("W5")
    void namesThatDifferOnlyInCaseKeepAStoreFromProfileAzure() {
        create("Rule", new TrueFilter());
        create("rule", new FalseFilter());
        bus.close();
        assertThatThrownBy(() -> new TestBus(bus.store().kill(), TestBus.config(Profile.AZURE), 1))
                .hasMessageContaining("'Rule'")
                .hasMessageContaining("'rule'")
                .hasMessageContaining("subscription 'news/Subscriptions/s'");
        bus = new TestBus(bus.store().kill(), TestBus.config(Profile.JMS), bus.runtime.after());
        bus.get(bus.namespace.deleteRule("news", "s", "rule"));
        create("$default", new TrueFilter());
        bus.close();
        assertThatThrownBy(() -> new TestBus(bus.store().kill(), TestBus.config(Profile.AZURE), 1))
                .hasMessageContaining("'$Default'");
        bus = new TestBus(bus.store().kill(), TestBus.config(Profile.JMS), bus.runtime.after());
        bus.get(bus.namespace.deleteRule("news", "s", "$default"));
        bus.close();
        bus = new TestBus(bus.store().kill(), TestBus.config(Profile.AZURE), bus.runtime.after());
        assertThat(rules()).extracting(RuleDescription::name).containsExactly(DEFAULT, "Rule");
    }
}
