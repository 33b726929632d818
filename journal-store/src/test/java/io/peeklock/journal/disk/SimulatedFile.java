/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of one file, as programs see it and as a power cut would leave it.
 *
 * <p>Owned by its {@link FaultyDisk}, under whose monitor it is used. Pages that were only ever zeros take no memory.
 */
final class SimulatedFile {

    static final int SECTOR_BYTES = 512;
    private static final int PAGE_BYTES = 4096;
    private static final byte[] ZEROS = new byte[PAGE_BYTES];

    private Map<Long, byte[]> seen = new HashMap<>();
    private Map<Long, byte[]> synced = new HashMap<>();
    private long seenSize;
    private long syncedSize;
    // Sectors whose content is not synced, in the order of their last write.
    private final Set<Long> unsynced = new LinkedHashSet<>();
    private final List<LateWrite> late = new ArrayList<>();
    private @Nullable Object lockHolder;

    private record LateWrite(long position, byte[] bytes) {}

    long size() {
        return seenSize;
    }

    void write(long position, byte[] bytes) {
        put(seen, position, bytes);
        seenSize = Math.max(seenSize, position + bytes.length);
        note(position, bytes.length);
    }

    /** A write that takes place at the next sync. */
    void writeLate(long position, byte[] bytes) {
        late.add(new LateWrite(position, bytes));
    }

    byte[] read(long position, int length) {
        byte[] bytes = new byte[(int) Math.max(0, Math.min(length, seenSize - position))];
        for (int from = 0; from < bytes.length; ) {
            byte[] page = seen.getOrDefault((position + from) / PAGE_BYTES, ZEROS);
            int at = (int) ((position + from) % PAGE_BYTES);
            int part = Math.min(PAGE_BYTES - at, bytes.length - from);
            System.arraycopy(page, at, bytes, from, part);
            from += part;
        }
        return bytes;
    }

    void truncate(long size) {
        if (size >= seenSize) {
            return;
        }
        seen.keySet().removeIf(page -> page * PAGE_BYTES >= size);
        unsynced.removeIf(sector -> sector * SECTOR_BYTES >= size);
        int tail = (int) (PAGE_BYTES - size % PAGE_BYTES);
        if (tail < PAGE_BYTES) {
            put(seen, size, new byte[tail]);
            note(size, 1);
        }
        seenSize = size;
    }

    void sync() {
        for (LateWrite write : late) {
            write(write.position(), write.bytes());
        }
        late.clear();
        synced = new HashMap<>(seen);
        syncedSize = seenSize;
        unsynced.clear();
    }

    /** Changes the medium itself: what is seen and, as far as it reaches, what is synced. */
    void damage(long position, byte[] bytes) {
        put(seen, position, bytes);
        put(synced, position, Arrays.copyOf(bytes, (int) Math.max(0, Math.min(bytes.length, syncedSize - position))));
        note(position, bytes.length);
    }

    /** The file as a power cut leaves it. */
    SimulatedFile after(Crash crash, Random random) {
        SimulatedFile left = new SimulatedFile();
        left.seen = new HashMap<>(synced);
        left.seenSize = syncedSize;
        List<Long> sectors = new ArrayList<>(unsynced);
        boolean[] survives = crash.survivors(sectors.size(), random);
        boolean sizeSurvives = crash.survivors(1, random)[0];
        for (int i = 0; i < survives.length; i++) {
            if (survives[i]) {
                long start = sectors.get(i) * SECTOR_BYTES;
                left.write(start, read(start, SECTOR_BYTES));
            }
        }
        if (sizeSurvives && seenSize < left.seenSize) {
            left.truncate(seenSize);
        } else if (sizeSurvives) {
            left.seenSize = seenSize;
        }
        left.sync();
        return left;
    }

    /** Takes the lock for this opening of the file, or keeps it. */
    boolean lock(Object opening) {
        if (lockHolder == null) {
            lockHolder = opening;
        }
        return lockHolder.equals(opening);
    }

    void unlock(Object opening) {
        if (opening.equals(lockHolder)) {
            lockHolder = null;
        }
    }

    private static void put(Map<Long, byte[]> pages, long position, byte[] bytes) {
        for (int from = 0; from < bytes.length; ) {
            long page = (position + from) / PAGE_BYTES;
            int at = (int) ((position + from) % PAGE_BYTES);
            int length = Math.min(PAGE_BYTES - at, bytes.length - from);
            byte[] before = pages.getOrDefault(page, ZEROS);
            if (!Arrays.equals(before, at, at + length, bytes, from, from + length)) {
                // A copy, because pages are shared with what is synced.
                byte[] content = before.clone();
                System.arraycopy(bytes, from, content, at, length);
                pages.put(page, content);
            }
            from += length;
        }
    }

    private void note(long position, long length) {
        for (long sector = position / SECTOR_BYTES; sector * SECTOR_BYTES < position + length; sector++) {
            unsynced.remove(sector);
            long page = sector * SECTOR_BYTES / PAGE_BYTES;
            int at = (int) (sector * SECTOR_BYTES % PAGE_BYTES);
            byte[] now = seen.getOrDefault(page, ZEROS);
            byte[] then = synced.getOrDefault(page, ZEROS);
            if (now != then && !Arrays.equals(now, at, at + SECTOR_BYTES, then, at, at + SECTOR_BYTES)) {
                unsynced.add(sector);
            }
        }
    }
}
