/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.CorrelationFilter;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.SqlFilter;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import java.time.Duration;
import java.util.List;

/**
 * The topic of a simulated bus: two subscriptions take everything, one of them by its rules, a third takes nothing.
 *
 * <p>Has no state; any thread.
 */
final class SimulatedTopic {
    static final EntityPath NEWS = EntityPath.topic("news");
    static final List<EntityPath> SUBSCRIPTIONS =
            List.of(EntityPath.subscription("news", "one"), EntityPath.subscription("news", "other"));
    private static final EntityPath NOTHING = EntityPath.subscription("news", "nothing");

    private SimulatedTopic() {}

    static void create(TestBus bus, Duration lockDuration) {
        bus.get(bus.namespace.createTopic(
                TopicDescription.builder(NEWS.name()).partitioned(true).build()));
        for (EntityPath path : SUBSCRIPTIONS) {
            bus.get(bus.namespace.createSubscription(description(path)
                    .lockDuration(lockDuration)
                    .maxDeliveryCount(1000)
                    .build()));
        }
        takeByRules(bus, SUBSCRIPTIONS.get(1));
        bus.get(bus.namespace.createSubscription(description(NOTHING)
                .filter(SubscriptionFilter.of("nobody = 'sets this'"))
                .build()));
    }

    /** Takes everything too, by other rules than the one that it begins with. */
    private static void takeByRules(TestBus bus, EntityPath path) {
        String name = String.valueOf(path.subscription());
        bus.get(bus.namespace.createRule(
                new RuleDescription(path.name(), name, "sql", SqlFilter.of("nobody IS NULL"))));
        bus.get(bus.namespace.createRule(new RuleDescription(
                path.name(),
                name,
                "label",
                CorrelationFilter.builder().label("nobody's").build(),
                "SET a = 1")));
        bus.get(bus.namespace.deleteRule(path.name(), name, RuleDescription.DEFAULT_NAME));
    }

    private static SubscriptionDescription.Builder description(EntityPath path) {
        return SubscriptionDescription.builder(path.name(), String.valueOf(path.subscription()));
    }

    static void check(TestBus bus) {
        assertThat(bus.get(bus.namespace.peek(NOTHING, 0, 1))).isEmpty();
    }
}
