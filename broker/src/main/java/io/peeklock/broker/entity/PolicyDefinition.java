/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.message.MalformedContentException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A policy as the namespace knows it, under an id that no other policy, rule or entity ever has (rule Q6).
 *
 * <p>Immutable. A record of the definitions' journal, as {@link PolicyCodec} writes it.
 *
 * @param entityId id of the queue or topic on which it holds, 0 for the whole namespace
 */
public record PolicyDefinition(
        long id, long entityId, String name, Set<Claim> claims, AccessKey primaryKey, AccessKey secondaryKey) {

    public PolicyDefinition {
        if (id <= 0 || entityId < 0) {
            throw new IllegalArgumentException("policy id " + id + " of entity id " + entityId);
        }
        // What a description may not be, a definition is not either.
        claims = new AccessPolicy(null, name, claims, primaryKey, secondaryKey).claims();
    }

    /** Whether somebody has given one of its keys. Both are compared, so that the time does not tell which is right. */
    public boolean admits(String key) {
        return primaryKey.matches(key) | secondaryKey.matches(key);
    }

    /** As its maker knows it, keys included. */
    AccessPolicy describe(@Nullable EntityDefinition entity) {
        return new AccessPolicy(entity == null ? null : entity.path(), name, claims, primaryKey, secondaryKey);
    }

    /** The record's bytes. */
    byte[] encode() {
        return PolicyCodec.encode(this);
    }

    /**
     * The policy that all of the buffer's remaining bytes are.
     *
     * @throws MalformedContentException if they are none of this format; it does not show them
     */
    static PolicyDefinition decode(ByteBuffer in) {
        return PolicyCodec.decode(in);
    }
}
