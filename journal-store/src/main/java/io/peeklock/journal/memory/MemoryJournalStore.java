/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.memory;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.SwapSpace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The journals of a namespace that lives in memory. What is appended is durable at once, and gone with the process.
 *
 * <p>Thread safe. Retaining, it keeps the live records beside those of the broker, so that a partition can be reopened;
 * not retaining, it keeps and encodes nothing and a partition is empty when it is reopened, but used ids stay used.
 */
public final class MemoryJournalStore implements JournalStore {

    /** Largest body of one record in bytes: as in a journal on disk, so that chunking is the same. */
    public static final int MAX_RECORD_BYTES = 256 * 1024;

    private final UUID id = UUID.randomUUID();
    private final int partitions;
    private final boolean retain;
    private final Map<Integer, RetainedRecords> records = new HashMap<>();
    private final Map<Integer, MemoryJournal> open = new HashMap<>();
    private final Map<Integer, MemorySwap> swaps = new HashMap<>();
    // Written under the monitor, by a journal's first batch only; read without.
    private volatile Set<Integer> appended = Set.of();
    private boolean closed;

    /**
     * @param partitions number of partitions, at least 1
     * @param retain whether a partition still has its records when it is reopened
     */
    public MemoryJournalStore(int partitions, boolean retain) {
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions is " + partitions + ", must be at least 1");
        }
        this.partitions = partitions;
        this.retain = retain;
    }

    boolean retains() {
        return retain;
    }

    int maxRecordBytes() {
        return MAX_RECORD_BYTES;
    }

    void markAppended(int index) {
        if (!appended.contains(index)) {
            synchronized (this) {
                Set<Integer> more = new HashSet<>(appended);
                more.add(index);
                appended = Set.copyOf(more);
            }
        }
    }

    synchronized void closed(int index, MemoryJournal journal) {
        open.remove(index, journal);
    }

    @Override
    public UUID id() {
        return id;
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public boolean exists(int index) {
        requireIndex(index);
        return appended.contains(index);
    }

    @Override
    public synchronized PartitionJournal open(int index, JournalListener listener) throws JournalException {
        requireIndex(index);
        requireOpen();
        if (open.containsKey(index)) {
            throw new JournalException(Reason.REFUSED, "journal " + index + " is open; close it first");
        }
        MemoryJournal journal =
                new MemoryJournal(this, index, listener, records.computeIfAbsent(index, key -> new RetainedRecords()));
        open.put(index, journal);
        return journal;
    }

    @Override
    public synchronized SwapSpace openSwap(int index) throws JournalException {
        requireIndex(index);
        requireOpen();
        MemorySwap swap = new MemorySwap();
        MemorySwap before = swaps.put(index, swap);
        if (before != null) {
            before.close();
        }
        return swap;
    }

    @Override
    public long usableBytes(int index) {
        requireIndex(index);
        return Long.MAX_VALUE;
    }

    /** Keeps nothing: there is no disk that could damage anything, and nobody could look at it later. */
    @Override
    public String quarantine(int index, String name, byte[] content) {
        return "nowhere (the namespace is in memory)";
    }

    private void requireIndex(int index) {
        if (index < DEFINITIONS || index >= partitions) {
            throw new IllegalArgumentException("no journal " + index + " in a store of " + partitions + " partitions");
        }
    }

    private void requireOpen() throws JournalException {
        if (closed) {
            throw new JournalException(Reason.CLOSED, "the store was closed");
        }
    }

    @Override
    public void close() {
        List<MemoryJournal> journals;
        synchronized (this) {
            closed = true;
            journals = new ArrayList<>(open.values());
            swaps.values().forEach(MemorySwap::close);
            swaps.clear();
            records.clear();
        }
        journals.forEach(MemoryJournal::close);
    }
}
