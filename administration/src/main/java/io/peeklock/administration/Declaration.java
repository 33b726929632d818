/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.RuleDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a file says a namespace has. Immutable.
 *
 * @param queues its queues, each name once
 * @param topics its topics, each name once
 */
record Declaration(List<Queue> queues, List<Topic> topics) {

    /** What the parts of the file have in common. */
    sealed interface Entity {
        EntityPath name();

        Settings settings();

        /** Where it stands in the file: path. */
        String path();

        /** Where it stands in the file: line and column. */
        Position at();
    }

    record Queue(EntityPath name, Settings settings, String path, Position at) implements Entity {}

    /** @param subscriptions each name once; those that are not named stay as they are */
    record Topic(EntityPath name, Settings settings, List<Subscription> subscriptions, String path, Position at)
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

    record Rule(RuleDescription description, String path, Position at) {}
}
