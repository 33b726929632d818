/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.meters;

import io.peeklock.administration.monitoring.NamespaceSnapshot;
import io.peeklock.broker.NamespaceStatistics;
import io.peeklock.broker.PartitionHealth.State;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is measured of a namespace, all of it gauges. {@code docs/observability.md} has the same table.
 *
 * <p>Immutable, thread safe.
 */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
enum NamespaceMeter {
    BRANCHES(
            Names.IN_DOUBT,
            Names.KIND,
            "branch",
            MeterUnit.NONE,
            "Prepared branches whose transaction manager has not said how they end",
            of(NamespaceStatistics::preparedBranches)),
    PARTS(
            Names.IN_DOUBT,
            Names.KIND,
            "part",
            MeterUnit.NONE,
            "Parts of transactions that wait for the partition that decides",
            of(NamespaceStatistics::partsInDoubt)),
    TRANSFERS(
            Names.IN_DOUBT,
            Names.KIND,
            "transfer",
            MeterUnit.NONE,
            "Forwards and moves that wait for the partition they go to",
            of(NamespaceStatistics::transfers)),
    BODIES(
            "peeklock.memory.bodies",
            null,
            null,
            MeterUnit.BYTES,
            "Message bodies in memory",
            of(NamespaceStatistics::bodyMemoryBytes)),
    INDEX(
            "peeklock.memory.index",
            null,
            null,
            MeterUnit.BYTES,
            "What is kept in memory of every message",
            of(NamespaceStatistics::indexMemoryBytes)),
    SWAP(
            "peeklock.swap",
            null,
            null,
            MeterUnit.BYTES,
            "Message bodies in swap files",
            of(NamespaceStatistics::swapBytes)),
    SERVING(Names.PARTITIONS, Names.STATE, "serving", MeterUnit.NONE, "Partitions that serve", in(State.SERVING)),
    UNUSED(
            Names.PARTITIONS,
            Names.STATE,
            "unused",
            MeterUnit.NONE,
            "Partitions that were never written",
            in(State.UNUSED)),
    OPENING(Names.PARTITIONS, Names.STATE, "opening", MeterUnit.NONE, "Partitions being loaded", in(State.OPENING)),
    FAILED(
            Names.PARTITIONS,
            Names.STATE,
            "failed",
            MeterUnit.NONE,
            "Partitions that are out until they are reopened",
            in(State.FAILED)),
    QUEUES(Names.ENTITIES, Names.KIND, "queue", MeterUnit.NONE, "Queues", of(NamespaceStatistics::queues)),
    TOPICS(Names.ENTITIES, Names.KIND, "topic", MeterUnit.NONE, "Topics", of(NamespaceStatistics::topics)),
    SUBSCRIPTIONS(
            Names.ENTITIES,
            Names.KIND,
            "subscription",
            MeterUnit.NONE,
            "Subscriptions",
            of(NamespaceStatistics::subscriptions)),
    TEMPORARY(
            Names.ENTITIES,
            Names.KIND,
            "temporary",
            MeterUnit.NONE,
            "Temporary queues, topics and subscriptions",
            of(NamespaceStatistics::temporaryEntities)),
    UNWATCHED(
            "peeklock.entities.unwatched",
            null,
            null,
            MeterUnit.NONE,
            "Entities that have no meters, because there are too many",
            NamespaceSnapshot::unwatched);

    private static final class Names {
        static final String IN_DOUBT = "peeklock.transactions.indoubt";
        static final String PARTITIONS = "peeklock.partitions";
        static final String ENTITIES = "peeklock.entities";
        static final String KIND = "kind";
        static final String STATE = "state";
    }

    final String meterName;
    final @Nullable String tag;
    final @Nullable String tagValue;
    final MeterUnit unit;
    final String description;
    final ToDoubleFunction<NamespaceSnapshot> value;

    NamespaceMeter(
            String meterName,
            @Nullable String tag,
            @Nullable String tagValue,
            MeterUnit unit,
            String description,
            ToDoubleFunction<NamespaceSnapshot> value) {
        this.meterName = meterName;
        this.tag = tag;
        this.tagValue = tagValue;
        this.unit = unit;
        this.description = description;
        this.value = value;
    }

    private static ToDoubleFunction<NamespaceSnapshot> of(ToDoubleFunction<NamespaceStatistics> count) {
        return snapshot -> count.applyAsDouble(snapshot.namespace());
    }

    private static ToDoubleFunction<NamespaceSnapshot> in(State state) {
        return snapshot -> snapshot.namespace().partitions().stream()
                .filter(partition -> partition.health().state() == state)
                .count();
    }
}
