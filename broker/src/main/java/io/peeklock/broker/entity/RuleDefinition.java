/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.message.MalformedContentException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A rule as the namespace knows it, under an id that no other rule or entity ever has.
 *
 * <p>Immutable. A record of the definitions' journal, as {@link RuleCodec} writes it; that of a temporary subscription is
 * nowhere. The rule {@code $Default} of a new subscription is part of the subscription's definition instead.
 *
 * @param id negative for one of a temporary subscription
 * @param subscriptionId id of the subscription it belongs to
 * @param name its name there
 * @param action null for none
 */
public record RuleDefinition(
        long id,
        long subscriptionId,
        String name,
        RuleFilter filter,
        @Nullable String action) {

    public RuleDefinition {
        if (id == 0 || (id < 0) != (subscriptionId < 0) || subscriptionId == 0) {
            throw new IllegalArgumentException("rule id " + id + " of subscription id " + subscriptionId);
        }
    }

    /** Whether it is in no journal. */
    public boolean temporary() {
        return id < 0;
    }

    /** As its maker knows it. */
    RuleDescription describe(EntityDefinition subscription) {
        SubscriptionDescription owner = subscription.subscription();
        return new RuleDescription(owner.topic(), owner.name(), name, filter, action);
    }

    /** The record's bytes. */
    byte[] encode() {
        return RuleCodec.encode(this);
    }

    /**
     * The rule that all of the buffer's remaining bytes are.
     *
     * @throws MalformedContentException if they are none of this format
     */
    static RuleDefinition decode(ByteBuffer in) {
        return RuleCodec.decode(in);
    }
}
