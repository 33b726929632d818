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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Journals in memory that lose what was not synced: nothing is durable before the test says {@link #sync}, and {@link
 * #crash} leaves what a power cut leaves. Deterministic.
 *
 * <p>Thread safe. Listeners are called on the thread that calls {@link #sync}, without the monitor.
 */
public final class SimulatedJournalStore implements JournalStore {

    private final UUID id;
    private final int partitions;
    private final Map<Integer, SimulatedHistory> synced = new TreeMap<>();
    private final Map<Integer, Boolean> unclean = new TreeMap<>();
    private final Map<Integer, Reason> failing = new TreeMap<>();
    private final Map<Integer, SimulatedJournal> open = new TreeMap<>();
    private final Map<Integer, Integer> opened = new TreeMap<>();
    private final List<String> quarantined = new ArrayList<>();
    private long usableBytes = Long.MAX_VALUE;
    private volatile boolean swapReadsFail;
    private final AtomicLong swapBytesRead = new AtomicLong();
    private volatile boolean swapWritesFail;
    private volatile BooleanSupplier swapAllowed = () -> true;
    private final AtomicReference<@Nullable AssertionError> swapMisuse = new AtomicReference<>();
    private boolean closed;

    public SimulatedJournalStore(int partitions) {
        this(UUID.nameUUIDFromBytes(new byte[] {(byte) partitions}), partitions);
    }

    private SimulatedJournalStore(UUID id, int partitions) {
        this.id = id;
        this.partitions = partitions;
    }

    // What a test does.

    /** How often a journal was opened in this process. */
    public synchronized int opened(int index) {
        return opened.getOrDefault(index, 0);
    }

    /** Makes everything that was appended durable, in all journals. */
    public void sync() {
        journals().forEach(journal -> journal.sync(Integer.MAX_VALUE));
    }

    /** Makes the first so many waiting batches of one journal durable; does nothing if it is not open. */
    public void sync(int index, int batches) {
        SimulatedJournal journal = journal(index);
        if (journal != null) {
            journal.sync(batches);
        }
    }

    /** Number of batches of a journal that are not durable yet. */
    public int waiting(int index) {
        SimulatedJournal journal = journal(index);
        return journal == null ? 0 : journal.waiting();
    }

    /** The next append to the journal fails, and nothing of it is kept. */
    public void failNextAppend(int index, Reason reason) {
        requireOpenJournal(index).failNextAppend(reason);
    }

    /** The first append to the journal fails when it is opened again. */
    public synchronized void failFirstAppend(int index, Reason reason) {
        failing.put(index, reason);
    }

    /** The next sync of the journal fails, after the first so many waiting batches reached the disk: nobody knows. */
    public void failNextSync(int index, Reason reason, int batchesThatReachTheDisk) {
        requireOpenJournal(index).failNextSync(reason, batchesThatReachTheDisk);
    }

    /** Whether {@link PartitionJournal#hasRoomFor} says yes; tells the listener when room comes back. */
    public void setRoom(int index, boolean room) {
        requireOpenJournal(index).setRoom(room);
    }

    /** The next load of the journal gives survivors only, in some order that a compaction may leave. */
    public synchronized void compact(int index, long seed) {
        SimulatedHistory history = synced.get(index);
        if (history != null) {
            history.compact(new Random(seed * 0x9E3779B97F4A7C15L));
        }
    }

    /** Whether contents in swaps cannot be read from now on. */
    public void failSwapReads(boolean value) {
        swapReadsFail = value;
    }

    /** Whether contents cannot be written into swaps from now on. */
    public void failSwapWrites(boolean value) {
        swapWritesFail = value;
    }

    /** Which threads may use swaps; any, before this is called. */
    public void swapOnlyWhen(BooleanSupplier allowed) {
        swapAllowed = allowed;
    }

    /** Fails if a swap was used by a thread that must not. */
    public void checkSwapUse() {
        AssertionError wrong = swapMisuse.get();
        if (wrong != null) {
            throw wrong;
        }
    }

    void usingSwap() {
        if (!swapAllowed.getAsBoolean()) {
            swapMisuse.compareAndSet(null, new AssertionError("a thread that must not wait uses the swap"));
        }
    }

    void readFromSwap(int bytes) {
        swapBytesRead.addAndGet(bytes);
    }

    /** Bytes that were read from swaps so far. */
    public long swapBytesRead() {
        return swapBytesRead.get();
    }

    boolean swapReadsFail() {
        return swapReadsFail;
    }

    boolean swapWritesFail() {
        return swapWritesFail;
    }

    public synchronized void setUsableBytes(long bytes) {
        usableBytes = bytes;
    }

    /** The store after a power cut that lost everything that was not synced. This one refuses from now on. */
    public SimulatedJournalStore crash() {
        return stop(waiting -> 0);
    }

    /** The store after a power cut at which the first so many of the waiting batches of each journal had been written. */
    public SimulatedJournalStore crash(Random random) {
        return stop(waiting -> random.nextInt(waiting + 1));
    }

    /** The store after the process was killed: everything that was appended is there. */
    public SimulatedJournalStore kill() {
        return stop(waiting -> waiting);
    }

    private interface Survivors {
        int of(int waiting);
    }

    private SimulatedJournalStore stop(Survivors survivors) {
        SimulatedJournalStore left = new SimulatedJournalStore(id, partitions);
        for (int index = DEFINITIONS; index < partitions; index++) {
            SimulatedJournal journal = journal(index);
            synchronized (this) {
                SimulatedHistory history = synced.get(index);
                if (history != null) {
                    SimulatedHistory copy = history.copy();
                    left.synced.put(index, copy);
                    if (journal != null) {
                        journal.firstWaiting(survivors.of(journal.waiting())).forEach(copy::add);
                    }
                    left.unclean.put(index, journal != null || unclean.getOrDefault(index, false));
                }
            }
        }
        synchronized (this) {
            closed = true;
        }
        journals().forEach(SimulatedJournal::abandon);
        return left;
    }

    /** Names of what was quarantined. */
    public synchronized List<String> quarantined() {
        return List.copyOf(quarantined);
    }

    // What journals need.

    synchronized void synced(int index, List<SimulatedHistory.Operation> batch) {
        synced.computeIfAbsent(index, key -> new SimulatedHistory()).add(batch);
    }

    synchronized SimulatedHistory history(int index) {
        return synced.computeIfAbsent(index, key -> new SimulatedHistory());
    }

    synchronized boolean wasUnclean(int index) {
        return unclean.getOrDefault(index, false);
    }

    synchronized void closed(int index, SimulatedJournal journal, boolean clean) {
        if (open.remove(index, journal)) {
            unclean.put(index, !clean);
        }
    }

    private synchronized SimulatedJournal journal(int index) {
        return open.get(index);
    }

    private SimulatedJournal requireOpenJournal(int index) {
        SimulatedJournal journal = journal(index);
        if (journal == null) {
            throw new IllegalStateException("journal " + index + " is not open");
        }
        return journal;
    }

    private synchronized List<SimulatedJournal> journals() {
        return new ArrayList<>(open.values());
    }

    // The store.

    @Override
    public UUID id() {
        return id;
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public synchronized boolean exists(int index) {
        SimulatedJournal journal = open.get(index);
        return (synced.containsKey(index) && !synced.get(index).isEmpty())
                || (journal != null && journal.appendedIndex() > 0);
    }

    @Override
    public synchronized PartitionJournal open(int index, JournalListener listener) throws JournalException {
        if (index < DEFINITIONS || index >= partitions) {
            throw new IllegalArgumentException("no journal " + index + " in a store of " + partitions + " partitions");
        }
        if (closed) {
            throw new JournalException(Reason.CLOSED, "the store was closed");
        }
        if (open.containsKey(index)) {
            throw new JournalException(Reason.REFUSED, "journal " + index + " is open; close it first");
        }
        SimulatedJournal journal = new SimulatedJournal(this, index, listener);
        open.put(index, journal);
        Reason reason = failing.remove(index);
        if (reason != null) {
            journal.failNextAppend(reason);
        }
        opened.merge(index, 1, Integer::sum);
        return journal;
    }

    @Override
    public SwapSpace openSwap(int index) {
        return new SimulatedSwap(this);
    }

    @Override
    public synchronized long usableBytes(int index) {
        return usableBytes;
    }

    @Override
    public synchronized String quarantine(int index, String name, byte[] content) {
        quarantined.add(index + "/" + name);
        return "memory:" + index + "/" + name;
    }

    @Override
    public void close() {
        journals().forEach(SimulatedJournal::close);
        synchronized (this) {
            closed = true;
        }
    }
}
