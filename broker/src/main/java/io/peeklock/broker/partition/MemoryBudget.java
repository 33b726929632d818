/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.concurrent.atomic.AtomicLong;

/** What a namespace may keep in memory, counted over its partitions. Thread safe. */
public final class MemoryBudget {
    /** Heap that one message costs besides its content, measured on a 64-bit JVM with compressed references. */
    static final int INDEX_BYTES_PER_MESSAGE = 200;
    /** What a message costs besides if it was sent with a delay: its place in time, and that it has two places. */
    static final int INDEX_BYTES_PER_DELAY = 120;
    /** What the id of a message costs besides its characters as long as duplicates of it are recognised. */
    static final int INDEX_BYTES_PER_ID = 240;

    /**
     * Beyond the limits: this part of them, for what is here and goes on to another entity, where it takes its memory before it
     * leaves it here. Without that, messages that fill the memory could never go where somebody receives them.
     */
    private static final int RESERVED_PART = 8;

    /** Enough for some transfers, whatever the limit. */
    static final long LEAST_RESERVE_BYTES = 512 * 1024;

    /** Contents that a load leaves in memory: enough for the first receivers, and nobody has asked for the others yet. */
    static final long LOADED_BODY_BYTES = 32L << 20;

    private final long bodyLimitBytes;
    private final long indexLimitBytes;
    private final long heapLimitBytes;
    private final AtomicLong bodyBytes = new AtomicLong();
    private final AtomicLong heapBytes = new AtomicLong();
    private final AtomicLong indexBytes = new AtomicLong();

    /**
     * @param bodyLimitBytes bytes of contents in memory; others go to the swap
     * @param indexLimitBytes bytes for what is kept of each message
     */
    public MemoryBudget(long bodyLimitBytes, long indexLimitBytes) {
        this(
                bodyLimitBytes,
                indexLimitBytes,
                Math.max(bodyLimitBytes, Runtime.getRuntime().maxMemory() / 2));
    }

    /**
     * @param heapLimitBytes bytes of contents in the heap, those included that nobody takes away: of a namespace in memory,
     *     or where the swap cannot be written
     */
    MemoryBudget(long bodyLimitBytes, long indexLimitBytes, long heapLimitBytes) {
        this.bodyLimitBytes = bodyLimitBytes;
        this.indexLimitBytes = indexLimitBytes;
        this.heapLimitBytes = heapLimitBytes;
    }

    /** Bytes of contents in memory; others go to the swap. */
    long bodyLimitBytes() {
        return bodyLimitBytes;
    }

    void addHeap(long bytes) {
        heapBytes.addAndGet(bytes);
    }

    /** Whether the heap holds so much more. */
    boolean hasHeapFor(long bytes) {
        return heapBytes.get() + bytes <= heapLimitBytes;
    }

    /** The same for what comes from another entity. */
    boolean hasHeapForArrival(long bytes) {
        return heapBytes.get() + bytes - heapLimitBytes <= reserve(heapLimitBytes);
    }

    void addBody(long bytes) {
        bodyBytes.addAndGet(bytes);
    }

    void addIndex(long bytes) {
        indexBytes.addAndGet(bytes);
    }

    boolean hasRoomForBody(long bytes) {
        return bodyBytes.get() + bytes <= bodyLimitBytes;
    }

    /** The same for contents that are loaded. */
    boolean hasRoomForLoadedBody() {
        return bodyBytes.get() <= Math.min(bodyLimitBytes, LOADED_BODY_BYTES);
    }

    /** Twice the budget: what comes faster than it can be written away must wait. */
    boolean isFarOver(long moreBytes) {
        return bodyBytes.get() + moreBytes - bodyLimitBytes > bodyLimitBytes;
    }

    boolean hasRoomForIndex(long bytes) {
        return indexBytes.get() + bytes <= indexLimitBytes;
    }

    /** Whether what goes to another partition may begin to: it leaves half of the reserve to what arrives. */
    boolean hasIndexForTransfer(long bytes) {
        return indexBytes.get() + bytes - indexLimitBytes <= reserve(indexLimitBytes) / 2;
    }

    /** Whether what comes from another entity may come. */
    boolean hasIndexForArrival(long bytes) {
        return indexBytes.get() + bytes - indexLimitBytes <= reserve(indexLimitBytes);
    }

    private static long reserve(long limitBytes) {
        return Math.max(LEAST_RESERVE_BYTES, limitBytes / RESERVED_PART);
    }

    public long bodyBytes() {
        return bodyBytes.get();
    }

    public long indexBytes() {
        return indexBytes.get();
    }
}
