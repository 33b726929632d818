/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import java.io.IOException;
import java.util.BitSet;

/**
 * One file of a swap space and which of its blocks are taken.
 *
 * <p>Blocks are taken and freed by the owner's thread; the file is read by any.
 */
final class SwapSegment {

    private final int number;
    private final int blocks;
    private final DiskFile file;
    private final BitSet used = new BitSet();
    // First blocks of contents.
    private final BitSet starts = new BitSet();
    // By first block; what a handle has to know to be the one that is there now.
    private final char[] generations;
    // No run of free blocks is longer; it may be less.
    private int longestRun;
    private int free;
    // All blocks before it are taken.
    private int firstFree;
    private int end;
    private int lastGeneration;

    SwapSegment(int number, int blocks, DiskFile file) {
        this.number = number;
        this.blocks = blocks;
        this.file = file;
        this.longestRun = blocks;
        this.free = blocks;
        this.generations = new char[blocks];
    }

    int number() {
        return number;
    }

    DiskFile file() {
        return file;
    }

    boolean isEmpty() {
        return starts.isEmpty();
    }

    /** Whether so few blocks are free that they are not worth a search. */
    boolean isAlmostFull() {
        return free < blocks / 16;
    }

    /** Blocks up to the last that was ever written. */
    int end() {
        return end;
    }

    /** Takes the first run of this many free blocks. Returns its first block, or -1 if there is none. */
    int take(int count) {
        if (count > longestRun) {
            return -1;
        }
        firstFree = used.nextClearBit(firstFree);
        int start = firstFree;
        while (start + count <= blocks) {
            int taken = used.nextSetBit(start);
            if (taken < 0 || taken >= start + count) {
                used.set(start, start + count);
                starts.set(start);
                free -= count;
                generations[start] = (char) ++lastGeneration;
                end = Math.max(end, start + count);
                return start;
            }
            start = used.nextClearBit(taken);
        }
        longestRun = count - 1;
        return -1;
    }

    /** Differs for contents that follow each other in the same place. */
    char generation(int start) {
        return generations[start];
    }

    boolean isTaken(int start, char generation) {
        return starts.get(start) && generations[start] == generation;
    }

    /** How many blocks the content takes that starts here. */
    int takenFrom(int start) {
        int next = starts.nextSetBit(start + 1);
        int free = used.nextClearBit(start);
        return (next < 0 ? free : Math.min(next, free)) - start;
    }

    void free(int start, int count) {
        starts.clear(start);
        used.clear(start, start + count);
        longestRun = blocks;
        free += count;
        firstFree = Math.min(firstFree, start);
    }

    void close() throws IOException {
        file.close();
    }
}
