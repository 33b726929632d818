/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.message.Message;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.SwapSpace;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps contents within the memory budget: those beyond it lie in the partition's swap (journal danger 15).
 *
 * <p>Owned by the partition's driver; {@link #write} and {@link #free} may be called by a task of the bus meanwhile.
 * Reading and writing the swap waits for the disk.
 */
final class BodyStore implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BodyStore.class);

    private final JournalStore store;
    private final int partition;
    private final MemoryBudget budget;
    /** Held while the swap is opened, written or freed: a task of the bus may write while the driver frees. */
    private final ReentrantLock writing = new ReentrantLock();

    private final SharedContents shared = new SharedContents();
    /** Of the journal's files, where the contents are too. */
    final SpaceWatch space = new SpaceWatch();

    private final FreedContents freed = new FreedContents();
    /** Of what lies in the swap, what is in memory too. */
    final ReadAhead readAhead;

    private volatile @Nullable SwapSpace swap;
    private volatile boolean swapRefused;
    private boolean closed;
    /** Whether the thread that drives may wait for the disk. */
    private boolean mayWait = true;

    private long swapped;
    private long swappedBytes;
    private long countedBodyBytes;
    private long countedIndexBytes;
    private long countedHeapBytes;
    private long countedStateBytes;

    BodyStore(JournalStore store, int partition, MemoryBudget budget) {
        this.store = store;
        this.partition = partition;
        this.budget = budget;
        this.readAhead = new ReadAhead(this, budget.bodyLimitBytes() / store.partitions());
    }

    /** Whether contents lie in the swap, so that giving out messages may wait for the disk. */
    boolean holdsSwapped() {
        return swapped > 0;
    }

    /** Whether the thread that drives now may wait for the disk: another reads, writes and frees nothing. */
    void mayWait(boolean value) {
        mayWait = value;
    }

    boolean mayWait() {
        return mayWait;
    }

    /** How large they are. */
    long swappedBytes() {
        return swappedBytes;
    }

    /** Whether contents must go to the swap before more are taken: writing in the background does not keep up. */
    boolean isFarOverBudget(long moreBytes) {
        return !swapRefused && budget.isFarOver(moreBytes);
    }

    /** Whether the heap takes a content of this size, should it have to stay there. */
    boolean hasHeapFor(long contentBytes) {
        return budget.hasHeapFor(contentBytes);
    }

    /** The same for what comes from another entity. */
    boolean hasHeapForArrival(long contentBytes) {
        return budget.hasHeapForArrival(contentBytes);
    }

    /** Whether the index takes so many messages, so many that are delayed among them, and ids that take so much. */
    boolean hasRoomForMessages(int count, int delayed, long idBytes) {
        return budget.hasRoomForIndex(indexBytes(count, delayed) + idBytes);
    }

    /** The same for what comes from another entity. */
    boolean hasRoomForArrivals(int count, int delayed, long idBytes) {
        return budget.hasIndexForArrival(indexBytes(count, delayed) + idBytes);
    }

    /** Whether the index takes one more transfer of this size. */
    boolean hasRoomForTransfer(long bytes) {
        return budget.hasIndexForTransfer(bytes);
    }

    /** Whether the index takes so much more, of something else than messages. */
    boolean hasRoomForIndex(long bytes) {
        return budget.hasRoomForIndex(bytes);
    }

    /** What all sessions and transfers take now. */
    void countState(long bytes) {
        if (bytes != countedStateBytes) {
            countIndex(bytes - countedStateBytes);
            countedStateBytes = bytes;
        }
    }

    void remembered(SeenId id) {
        countIndex(SeenId.indexBytes(id.key()));
    }

    void forgotten(SeenId id) {
        countIndex(-SeenId.indexBytes(id.key()));
    }

    private static long indexBytes(int messages, int delayed) {
        return (long) messages * MemoryBudget.INDEX_BYTES_PER_MESSAGE
                + (long) delayed * MemoryBudget.INDEX_BYTES_PER_DELAY;
    }

    /** A message has to wait for a time, or is staged, and its index is the larger for it as long as it is here. */
    void delayed(MessageEntry entry) {
        if (!entry.countedAsDelayed) {
            entry.countedAsDelayed = true;
            countIndex(indexBytes(0, 1));
        }
    }

    /** The content of a message that comes now is that of others too: it is counted once. */
    void share(MessageEntry entry) {
        shared.add(entry);
    }

    /**
     * A message came. Returns whether its content should go to the swap once it is written; that of a volatile one never
     * does: nothing of it touches the disk (rule N10), and only the heap bounds it.
     */
    boolean added(MessageEntry entry) {
        countIndex(indexBytes(1, 0));
        countBody(shared.newBodyBytes(entry));
        countHeap(shared.newHeapBytes(entry));
        shared.hold(entry);
        if (entry.dueMs() > 0 || entry.isOfATransaction()) {
            delayed(entry);
        }
        return entry.isDurable() && !swapRefused && !budget.hasRoomForBody(0);
    }

    /** The same for a message that is loaded. */
    boolean loaded(MessageEntry entry) {
        return added(entry) || entry.isDurable() && !swapRefused && !budget.hasRoomForLoadedBody();
    }

    /** A message went. */
    void removed(MessageEntry entry) {
        countIndex(-indexBytes(1, entry.countedAsDelayed ? 1 : 0));
        readAhead.forget(entry);
        if (entry.isDurable()) {
            space.removed(entry.contentBytes);
        }
        if (entry.message != null) {
            contentLeft(entry);
        }
        if (entry.swapHandle != 0) {
            swapped--;
            swappedBytes -= entry.contentBytes;
            freed.add(entry.swapHandle, entry.contentBytes);
        }
    }

    private void contentLeft(MessageEntry entry) {
        shared.letGo(entry);
        countBody(-shared.newBodyBytes(entry));
        countHeap(-shared.newHeapBytes(entry));
    }

    /** Writes contents into the swap; returns their handles, 0 if that is not possible. Any thread that may wait. */
    long[] write(List<ByteBuffer> contents) {
        writing.lock();
        try {
            SwapSpace space = open();
            return space == null ? new long[contents.size()] : space.write(contents);
        } catch (JournalException e) {
            refuseSwap(e);
            return new long[contents.size()];
        } finally {
            writing.unlock();
        }
    }

    /** A content that was written is not needed: its message went meanwhile. */
    void unneeded(long handle, int contentBytes) {
        freed.add(handle, contentBytes);
    }

    /**
     * What is to be freed in the swap, to be given to {@link #free}.
     *
     * @return empty if it may as well wait until there is more of it
     */
    long[] takeFreed() {
        return mayWait || swapped == 0 || freed.isWorthwhile() ? freed.take() : FreedContents.NONE;
    }

    /** Frees contents in the swap. Any thread that may wait. */
    void free(long[] handles) {
        writing.lock();
        try {
            SwapSpace space = swap;
            if (space != null) {
                for (long handle : handles) {
                    space.free(handle);
                }
            }
        } finally {
            writing.unlock();
        }
    }

    /** The content of a message is in the swap now, and no longer in memory. */
    void leftMemory(MessageEntry entry) {
        swapped++;
        swappedBytes += entry.contentBytes;
        if (entry.message != null) {
            contentLeft(entry);
        }
    }

    /** A content that is in the swap is in memory too, or no longer: it leaves less room for others, but counts for no quota. */
    void countCopy(long bytes) {
        countBody(bytes);
    }

    private void countHeap(long bytes) {
        countedHeapBytes += bytes;
        budget.addHeap(bytes);
    }

    /** The content of a message, from memory or the swap. */
    Message content(MessageEntry entry) {
        Message message = entry.message;
        if (message != null) {
            return message;
        }
        SwapSpace space = swapOf(entry);
        try {
            return Message.decode(space.read(entry.swapHandle));
        } catch (JournalException e) {
            throw new ReloadException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The contents of messages that lie in the swap: of the first, and of those behind it that are read with it. */
    List<Message> contents(List<MessageEntry> entries) {
        SwapSpace space = swapOf(entries.get(0));
        long[] handles = new long[entries.size()];
        int[] bytes = new int[handles.length];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = entries.get(i).swapHandle;
            bytes[i] = entries.get(i).contentBytes;
        }
        try {
            return space.readTogether(handles, bytes).stream()
                    .map(Message::decode)
                    .toList();
        } catch (JournalException e) {
            throw new ReloadException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether a filter wants the message. One that fails does not. */
    boolean matches(MessageFilter filter, MessageEntry entry) {
        Message message = head(entry);
        try {
            return filter.matches(
                    message,
                    entry.delivery.deliveryCount(),
                    entry.delivery.notes().visibleChanges());
        } catch (RuntimeException e) {
            // It should not, and one receiver's filter must not stop the partition.
            log.warn("A receiver's filter failed on message {} of {}", entry.sequenceNumber, entry.fragment, e);
            return false;
        }
    }

    /** The content as filters see it: perhaps without its body, which is not read from the swap for them. */
    Message head(MessageEntry entry) {
        if (entry.message != null || entry.contentBytes <= SwapSpace.START_BYTES) {
            return content(entry);
        }
        SwapSpace space = swapOf(entry);
        try {
            Message head = Message.decodeHead(space.readStart(entry.swapHandle));
            return head == null ? content(entry) : head;
        } catch (JournalException e) {
            throw new ReloadException(String.valueOf(e.getMessage()), e);
        }
    }

    private SwapSpace swapOf(MessageEntry entry) {
        assert mayWait : "the thread must not read message " + entry.sequenceNumber + " from the swap";
        SwapSpace space = swap;
        if (space == null) {
            throw new IllegalStateException("message " + entry.sequenceNumber + " has no content");
        }
        return space;
    }

    private void countIndex(long bytes) {
        countedIndexBytes += bytes;
        budget.addIndex(bytes);
    }

    private void countBody(long bytes) {
        countedBodyBytes += bytes;
        budget.addBody(bytes);
    }

    private @Nullable SwapSpace open() {
        if (swap == null && !swapRefused && !closed) {
            try {
                SwapSpace opened = store.openSwap(partition);
                // One in memory relieves nobody: contents may as well stay where they are.
                swapRefused = opened.isInMemory();
                swap = opened;
            } catch (JournalException e) {
                refuseSwap(e);
            }
        }
        return swapRefused || closed ? null : swap;
    }

    private void refuseSwap(JournalException cause) {
        swapRefused = true;
        log.warn(
                "Partition {} cannot write its swap file; contents beyond the memory budget stay in memory until it is"
                        + " opened again",
                partition,
                cause);
    }

    /** Gives back the budget. */
    void giveBack() {
        budget.addIndex(-countedIndexBytes);
        budget.addBody(-countedBodyBytes);
        budget.addHeap(-countedHeapBytes);
        countedIndexBytes = 0;
        countedBodyBytes = 0;
        countedHeapBytes = 0;
        countedStateBytes = 0;
    }

    /** Gives back the budget and deletes the swap. Waits for the disk. */
    @Override
    public void close() {
        giveBack();
        writing.lock();
        try {
            closed = true;
            if (swap != null) {
                swap.close();
            }
        } finally {
            writing.unlock();
        }
    }
}
