/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.meters;

import io.peeklock.broker.PartitionStatistics;
import io.peeklock.journal.JournalStatistics;
import io.peeklock.journal.SyncTimes;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What is measured of each partition. {@code docs/observability.md} has the same table.
 *
 * <p>Immutable, thread safe.
 */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
enum PartitionMeter {
    SYNCS(MeterKind.COUNTER, "peeklock.journal.syncs", MeterUnit.NONE, "Disk syncs", of(JournalStatistics::syncs)),
    SYNC_TIME(
            MeterKind.COUNTER,
            "peeklock.journal.sync.time",
            MeterUnit.SECONDS,
            "How long all disk syncs took",
            of(journal -> journal.syncTimes().totalNanos(), 1e-9)),
    SYNC_MEDIAN(
            MeterKind.GAUGE,
            "peeklock.journal.sync.p50",
            MeterUnit.SECONDS,
            "Half of the disk syncs of the last minute did not take longer; NaN if there were none",
            recent(SyncTimes::medianNanos)),
    SYNC_P99(
            MeterKind.GAUGE,
            "peeklock.journal.sync.p99",
            MeterUnit.SECONDS,
            "99 of 100 disk syncs of the last minute did not take longer; NaN if there were none",
            recent(SyncTimes::p99Nanos)),
    SYNC_MAX(
            MeterKind.GAUGE,
            "peeklock.journal.sync.max",
            MeterUnit.SECONDS,
            "The longest disk sync of the last minute; NaN if there was none",
            recent(SyncTimes::maxNanos)),
    WRITTEN(
            MeterKind.COUNTER,
            "peeklock.journal.written",
            MeterUnit.BYTES,
            "Bytes written to the journal",
            of(JournalStatistics::bytesWritten)),
    DISK(
            MeterKind.GAUGE,
            "peeklock.journal.size",
            MeterUnit.BYTES,
            "Bytes of the journal's files",
            of(JournalStatistics::diskBytes)),
    USABLE(
            MeterKind.GAUGE,
            "peeklock.journal.usable",
            MeterUnit.BYTES,
            "Room left on the journal's disk; NaN in memory",
            partition -> partition.usableDiskBytes() == Long.MAX_VALUE ? Double.NaN : partition.usableDiskBytes());

    final MeterKind kind;
    final String meterName;
    final MeterUnit unit;
    final String description;
    /** NaN if it is not known. */
    final ToDoubleFunction<PartitionStatistics> value;

    PartitionMeter(
            MeterKind kind,
            String meterName,
            MeterUnit unit,
            String description,
            ToDoubleFunction<PartitionStatistics> value) {
        this.kind = kind;
        this.meterName = meterName;
        this.unit = unit;
        this.description = description;
        this.value = value;
    }

    private static ToDoubleFunction<PartitionStatistics> of(ToLongFunction<JournalStatistics> count) {
        return of(count, 1);
    }

    private static ToDoubleFunction<PartitionStatistics> of(ToLongFunction<JournalStatistics> count, double unit) {
        return partition -> {
            JournalStatistics journal = partition.journal();
            return journal == null ? Double.NaN : count.applyAsLong(journal) * unit;
        };
    }

    private static ToDoubleFunction<PartitionStatistics> recent(ToLongFunction<SyncTimes> nanos) {
        return partition -> {
            JournalStatistics journal = partition.journal();
            return journal == null || journal.syncTimes().recent() == 0
                    ? Double.NaN
                    : nanos.applyAsLong(journal.syncTimes()) * 1e-9;
        };
    }
}
