/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the fragment that a record of a load belongs to, and notes the entities that nobody has defined.
 *
 * <p>Used by the loading thread alone, once.
 */
final class LoadedFragments {
    private final PartitionState state;
    private final Map<Long, Command.Define> definitions;
    private final long highestEntityId;
    private final Map<Long, Fragment> dropped = new HashMap<>();
    private final Map<Long, Undefined> undefined = new TreeMap<>();

    /** An entity that nobody has defined, and how many messages of it are here. */
    static final class Undefined {
        String name = "an entity without record here";
        long messages;
        /** The last chunk of the message read last. */
        long lastChunk;
    }

    /**
     * @param definitions the entities that exist, by id
     * @param highestEntityId ids up to this one were given out: an entity that is not among the definitions was deleted
     */
    LoadedFragments(PartitionState state, Map<Long, Command.Define> definitions, long highestEntityId) {
        this.state = state;
        this.definitions = definitions;
        this.highestEntityId = highestEntityId;
    }

    /** The fragment of an entity, if the entity exists or is known to have been deleted. */
    @Nullable
    Fragment find(long entityId) {
        Fragment fragment = state.fragment(entityId);
        if (fragment != null) {
            return fragment;
        }
        Command.Define define = definitions.get(entityId);
        if (define == null) {
            return dropped.get(entityId);
        }
        fragment = new Fragment(
                define.definition(), define.flags().queue(), define.flags().deadLetterQueue(), state.partition);
        state.apply(new Change.EntitySet(fragment, define.definition(), 0, fragment.reservedNumber));
        return fragment;
    }

    /** The fragment of an entity that exists, or a stand-in of one that was deleted; null if nobody has defined it. */
    @Nullable
    Fragment holder(long entityId) {
        Fragment fragment = find(entityId);
        if (fragment != null || entityId > highestEntityId) {
            return fragment;
        }
        // Its own record comes later: it moves on with the numbers.
        return deleted(new EntityDefinition(
                entityId, 1, QueueDescription.builder("deleted-" + entityId).build()));
    }

    /** The fragment of an entity whose own record is here now; null if nobody has defined it. */
    @Nullable
    Fragment define(long recordId, EntityRecord record) {
        Fragment fragment = find(record.definition().id());
        if (fragment == null && record.definition().id() > highestEntityId) {
            undefined(record.definition().id()).name = record.definition().title();
            return null;
        }
        if (fragment == null) {
            fragment = deleted(record.definition());
        } else if (dropped.get(fragment.entityId()) == fragment) {
            // Its messages came first, and had a stand-in.
            fragment.define(record.definition());
        }
        fragment.recordId = recordId;
        fragment.reservedNumber = record.reservedNumber();
        return fragment;
    }

    private Fragment deleted(EntityDefinition definition) {
        Fragment fragment = new Fragment(
                definition, new ReadyFlags(state.partition + 1), new ReadyFlags(state.partition + 1), state.partition);
        dropped.put(definition.id(), fragment);
        return fragment;
    }

    /** Nothing says that the entity of this stand-in was ever deleted. */
    void neverDeleted(Fragment fragment) {
        dropped.remove(fragment.entityId());
    }

    /** Entities that were deleted, with what is left of them. */
    List<Fragment> dropped() {
        return new ArrayList<>(dropped.values());
    }

    /** What is noted of an entity that nobody has defined. */
    Undefined undefined(long entityId) {
        return undefined.computeIfAbsent(entityId, id -> new Undefined());
    }

    /** Whether nobody has defined this entity, and nothing says that it was deleted. */
    boolean isUndefined(long entityId) {
        return find(entityId) == null && (entityId > highestEntityId || undefined.containsKey(entityId));
    }

    /** The entities that nobody has defined, in the order of their ids. */
    Map<Long, Undefined> undefined() {
        return Collections.unmodifiableMap(undefined);
    }

    /** Whether a chunk without message can belong to an entity that nobody has defined. */
    boolean mayBeOfUndefined(long chunkId) {
        return undefined.values().stream().anyMatch(entity -> chunkId <= entity.lastChunk);
    }
}
