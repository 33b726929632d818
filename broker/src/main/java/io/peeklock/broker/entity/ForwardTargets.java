/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets an entity pass whose messages and dead letters go on to entities that can take them (rules W1, W5).
 *
 * <p>Stateless, thread safe.
 */
final class ForwardTargets {

    private ForwardTargets() {}

    /**
     * Looks at the destinations that are new: one that was deleted since does not keep other settings from being changed.
     *
     * @param before what the entity was, null if it is new
     * @throws BrokerException EntityNotFound, or InvalidOperation for the entity itself and for what is temporary
     */
    static void check(@Nullable EntityDefinition before, EntityDefinition now, DefinitionSet current) {
        EntityOptions options = now.description().options();
        EntityOptions old = before == null ? null : before.description().options();
        String destination = options.forwardTo();
        if (destination != null && (old == null || !Objects.equals(destination, old.forwardTo()))) {
            check(now, "forwardTo", destination, current);
        }
        String dead = options.forwardDeadLetteredMessagesTo();
        if (dead != null && (old == null || !Objects.equals(dead, old.forwardDeadLetteredMessagesTo()))) {
            check(now, "forwardDeadLetteredMessagesTo", dead, current);
        }
    }

    private static void check(EntityDefinition now, String setting, String name, DefinitionSet current) {
        EntityLimits limits = current.limits();
        if (now.kind() == EntityKind.QUEUE && limits.key(EntityPath.queue(name)).equals(limits.key(now.path()))) {
            throw refusal(ErrorCode.InvalidOperation, now, setting, name, "that is itself: name another entity");
        }
        EntityDefinition found = current.destination(name);
        if (found == null) {
            throw refusal(
                    ErrorCode.EntityNotFound,
                    now,
                    setting,
                    name,
                    "there is no queue or topic of this name: create it first, or mind the spelling");
        }
        if (found.temporary()) {
            throw refusal(
                    ErrorCode.InvalidOperation,
                    now,
                    setting,
                    name,
                    "that is temporary, and would lose what it gets: name one that is not");
        }
    }

    private static BrokerException refusal(
            ErrorCode code, EntityDefinition now, String setting, String name, String why) {
        return new BrokerException(code, now.title() + " has " + setting + " '" + name + "': " + why);
    }
}
