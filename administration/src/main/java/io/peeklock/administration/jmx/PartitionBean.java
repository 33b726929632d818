/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

import io.peeklock.broker.PartitionStatistics;
import io.peeklock.journal.JournalStatistics;
import io.peeklock.journal.SyncTimes;

/** A partition. Immutable, thread safe. */
record PartitionBean(Source source, int index) implements PartitionMXBean {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final JournalStatistics NO_JOURNAL = new JournalStatistics(0, 0, 0, SyncTimes.NONE, 0, 0, 0);

    private PartitionStatistics now() {
        return source.partition(index);
    }

    private JournalStatistics journal() {
        JournalStatistics journal = now().journal();
        return journal == null ? NO_JOURNAL : journal;
    }

    @Override
    public String getState() {
        return now().health().state().name();
    }

    @Override
    public String getReason() {
        String reason = now().health().reason();
        return reason == null ? "" : reason;
    }

    @Override
    public String[] getFindings() {
        return now().health().findings().stream().map(Object::toString).toArray(String[]::new);
    }

    @Override
    public int getEntities() {
        return now().entities();
    }

    @Override
    public long getMessages() {
        return now().messages();
    }

    @Override
    public long getSizeBytes() {
        return now().sizeBytes();
    }

    @Override
    public long getSwapBytes() {
        return now().swapBytes();
    }

    @Override
    public long getDiskBytes() {
        return journal().diskBytes();
    }

    @Override
    public long getUsableDiskBytes() {
        return now().usableDiskBytes();
    }

    @Override
    public long getBatches() {
        return journal().batches();
    }

    @Override
    public long getBytesWritten() {
        return journal().bytesWritten();
    }

    @Override
    public long getSyncs() {
        return journal().syncs();
    }

    @Override
    public double getSyncTotalMillis() {
        return journal().syncTimes().totalNanos() / NANOS_PER_MILLI;
    }

    @Override
    public double getSyncP99Millis() {
        return journal().syncTimes().p99Nanos() / NANOS_PER_MILLI;
    }

    @Override
    public double getSyncMaxMillis() {
        return journal().syncTimes().maxNanos() / NANOS_PER_MILLI;
    }

    @Override
    public String reopen() {
        return source.await(source.namespace().reopen(index), "opening partition " + index)
                .state()
                .name();
    }
}
