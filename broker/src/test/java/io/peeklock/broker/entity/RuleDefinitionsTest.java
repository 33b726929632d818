/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules among the definitions: limits, and what becomes of them with their subscriptions and their journal. */
@Tag("R7")
class RuleDefinitionsTest extends DefinitionsFixture {
    private static final CorrelationFilter LABEL =
            CorrelationFilter.builder().label("l").build();

    @BeforeEach
    void createSubscriptions() {
        definitions.create(TopicDescription.of("t")).join();
        definitions.create(SubscriptionDescription.of("t", "a")).join();
        definitions.create(SubscriptionDescription.of("t", "b")).join();
        listener.told();
    }

    private static RuleDescription rule(String subscription, String name, RuleFilter filter) {
        return new RuleDescription("t", subscription, name, filter);
    }

    @Test
    void areLimitedForAllSubscriptionsOfATopicTogether() throws JournalException {
        restartWith(new EntityLimits(true, false, 1, Long.MAX_VALUE, 1, 9, 1, 9, 2, 1, 2));
        definitions.rules().create(rule("a", "1", new TrueFilter())).join();
        definitions.rules().create(rule("b", "2", SqlFilter.of("1=1"))).join();
        refused(definitions.rules().create(rule("b", "3", new FalseFilter())), ErrorCode.QuotaExceeded)
                .hasMessageContaining("topic 't' has 2 rules with SQL filters");
        definitions.rules().create(rule("a", "3", LABEL)).join();
        refused(definitions.rules().create(rule("b", "4", LABEL)), ErrorCode.QuotaExceeded)
                .hasMessageContaining("topic 't' has 1 rules with correlation filters");
        refused(definitions.rules().update(rule("a", "1", LABEL)), ErrorCode.QuotaExceeded);
        definitions.rules().update(rule("a", "1", new FalseFilter())).join();
        restart();
        refused(definitions.rules().create(rule("b", "4", LABEL)), ErrorCode.QuotaExceeded);
        definitions.delete(EntityPath.subscription("t", "a")).join();
        definitions.rules().create(rule("b", "4", LABEL)).join();
    }

    @Test
    void areAsManyAsTheRulesSay() {
        for (EntityLimits limits : List.of(EntityLimits.JMS, EntityLimits.AZURE)) {
            assertThat(limits.maxSubscriptions()).isEqualTo(2_000);
            assertThat(limits.maxOtherRules()).isEqualTo(2_000);
            assertThat(limits.maxCorrelationRules()).isEqualTo(100_000);
        }
    }

    @Test
    void areInAsManySubscriptionsAsATopicMayHave() throws JournalException {
        restartWith(new EntityLimits(true, false, 1, Long.MAX_VALUE, 1, 9, 1, 2, 2, 1, 2));
        SubscriptionDescription third = SubscriptionDescription.of("t", "c");
        refused(definitions.create(third), ErrorCode.QuotaExceeded).hasMessageContaining("2 subscriptions");
        definitions.create(TopicDescription.of("other")).join();
        definitions.create(SubscriptionDescription.of("other", "c")).join();
        definitions.delete(EntityPath.subscription("t", "a")).join();
        definitions.create(third).join();
    }

    @Test
    void goWithTheirSubscriptionAndItsTopic() throws JournalException {
        definitions.rules().create(rule("a", "1", LABEL)).join();
        definitions.rules().create(rule("b", "1", LABEL)).join();
        assertThat(listener.told()).containsExactly("rule 1 of t/Subscriptions/a 1", "rule 1 of t/Subscriptions/b 1");
        definitions.delete(EntityPath.subscription("t", "a")).join();
        definitions.delete(EntityPath.topic("t")).join();
        restart();
        assertThat(definitions.rules().definitions()).isEmpty();
        assertThat(definitions.readOnlyReason()).isEmpty();
    }

    @Test
    void areToldTogetherWithWhatBecomesOfTheirSubscription() {
        definitions.rules().update(rule("a", "$Default", SqlFilter.of("1=1"))).join();
        assertThat(listener.told()).containsExactly("rule $Default of t/Subscriptions/a 2");
        definitions
                .rules()
                .delete(EntityPath.subscription("t", "b"), "$Default")
                .join();
        assertThat(listener.told()).containsExactly("changed t/Subscriptions/b 2");
        definitions
                .rules()
                .delete(EntityPath.subscription("t", "a"), "$Default")
                .join();
        assertThat(listener.told()).containsExactly("deleted rule $Default");
    }

    @Test
    void takeIdsThatNobodyElseHas() {
        definitions.rules().create(rule("a", "1", LABEL)).join();
        EntityDefinition next = create("q");
        List<Long> rules = definitions.rules().definitions().stream()
                .map(RuleDefinition::id)
                .toList();
        assertThat(rules).hasSize(1).doesNotContain(next.id());
        assertThat(next.id()).isGreaterThan(rules.get(0));
    }

    @Test
    void thatAreMissingMakeTheDefinitionsReadOnly() throws JournalException {
        definitions.rules().create(rule("a", "1", LABEL)).join();
        long id = definitions.rules().definitions().get(0).id();
        definitions.close();
        append(new Batch().remove(id).durable());
        definitions = open();
        assertThat(definitions.readOnlyReason())
                .hasValueSatisfying(
                        reason -> assertThat(reason).contains("entities, rules and policies should be there"));
    }

    @Test
    void changedWhileTheJournalFailedAreWhatItHolds() throws JournalException {
        EntityPath a = EntityPath.subscription("t", "a");
        definitions.rules().create(rule("a", "kept", LABEL)).join();
        definitions.rules().create(rule("a", "changed", LABEL)).join();
        listener.told();
        store.failNext(HeldJournalStore.Failure.AFTER_WRITING);
        refused(definitions.rules().create(rule("a", "written", LABEL)), ErrorCode.OutcomeUnknown);
        definitions.reopen().join();
        assertThat(listener.told()).containsExactly("rule written of t/Subscriptions/a 1");
        store.failNext(HeldJournalStore.Failure.BEFORE_WRITING);
        refused(definitions.rules().delete(a, "kept"), ErrorCode.OutcomeUnknown);
        definitions.reopen().join();
        assertThat(listener.told()).isEmpty();
        store.failNext(HeldJournalStore.Failure.AFTER_WRITING);
        refused(definitions.rules().delete(a, "changed"), ErrorCode.OutcomeUnknown);
        definitions.reopen().join();
        assertThat(listener.told()).containsExactly("deleted rule changed");
        assertThat(definitions.rules().list(a))
                .extracting(RuleDescription::name)
                .containsExactly("$Default", "kept", "written");
    }
}
