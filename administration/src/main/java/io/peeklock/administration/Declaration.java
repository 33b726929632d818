/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.RuleDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a file says a namespace has. Immutable.
 *
 * @param queues its queues, each name once
 * @param topics its topics, each name once
 * @param policies all policies of the namespace itself; null if the file does not say
 */
record Declaration(
        List<Queue> queues, List<Topic> topics, @Nullable List<Policy> policies) {

    /** Of a file that could not be read. */
    static final Declaration NOTHING = new Declaration(List.of(), List.of(), null);

    /** What the parts of the file have in common. */
    sealed interface Entity {
        EntityPath name();

        Settings settings();

        /** Where it stands in the file: path. */
        String path();

        /** Where it stands in the file: line and column. */
        Position at();
    }

    /** @param policies all that it has; null if the file does not say */
    record Queue(
            EntityPath name, Settings settings, @Nullable List<Policy> policies, String path, Position at)
            implements Entity {}

    /**
     * @param subscriptions each name once; those that are not named stay as they are
     * @param policies all that it has; null if the file does not say
     */
    record Topic(
            EntityPath name,
            Settings settings,
            List<Subscription> subscriptions,
            @Nullable List<Policy> policies,
            String path,
            Position at)
            implements Entity {}

    /** @param rules all that it has; null if the file does not say */
    record Subscription(
            EntityPath name, Settings settings, @Nullable List<Rule> rules, String path, Position at)
            implements Entity {

        /** Its own name. */
        String ownName() {
            return String.valueOf(name.subscription());
        }
    }

    /** @param description on the namespace, wherever it is */
    record Policy(AccessPolicy description, String path, Position at) {}

    record Rule(RuleDescription description, String path, Position at) {}
}
