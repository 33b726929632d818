/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.netty.util.collection.LongObjectHashMap;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.artemis.JournalFolder.Found;
import io.peeklock.journal.artemis.JournalFolder.Region;
import io.peeklock.journal.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes down what is on disk: which records, batches and checkpoints are there whole, and what is damaged. Keeps no bodies.
 *
 * <p>Owned by the loading thread.
 */
final class RecordLedger implements JournalFolder.Sink {

    /** A record whose envelope does not hold; its id may be damaged too. */
    record Corrupt(Region region, long id, boolean isReplacement) {}

    private static final class Parts {
        private final TreeMap<Integer, byte[]> found = new TreeMap<>();
        private int last = -1;

        boolean complete() {
            return last >= 0 && found.size() == last + 1;
        }
    }

    private final RecordCodec codec;
    private long keepFrom;
    private final long floor;

    private final IdSet present = new IdSet();
    private final IdSet deletes = new IdSet();
    private final LongLongMap newestReplacements = new LongLongMap();
    private final LongObjectHashMap<Unit> units = new LongObjectHashMap<>();
    private final Map<Long, Parts> checkpoints = new TreeMap<>();
    // Whole ones that may be the base, by their first sequence.
    private final NavigableMap<Long, Checkpoint> whole = new TreeMap<>();
    // First sequences of those that are in the files.
    private final Set<Long> inFiles = new HashSet<>();
    private final boolean unmarked;
    private final List<Corrupt> corrupt = new ArrayList<>();
    private final List<Region> garbage = new ArrayList<>();
    private final List<Region> remains = new ArrayList<>();
    private final Map<String, String> unreadable = new LinkedHashMap<>();
    private final Map<String, Long> damagedHeaders = new LinkedHashMap<>();
    private long maxSequence;
    private long provenDurable;
    private long maxRecordId;
    private long records;

    /**
     * A ledger in which there is only what the register says.
     *
     * @param keepFrom batches up to this sequence are of no interest: a checkpoint covers them
     */
    private RecordLedger(RecordCodec codec, long keepFrom, Bookkeeping known) {
        this.codec = codec;
        this.keepFrom = keepFrom;
        Mark mark = known.mark();
        this.unmarked = mark == null;
        this.floor = mark == null ? 0 : mark.sequence();
        RegisterFile register = known.register();
        if (register != null) {
            whole.put(register.checkpoint().first(), register.checkpoint());
            maxRecordId = register.maxRecordId();
            for (RegisterFile.Entry batch : register.batches()) {
                if (batch.first() > keepFrom) {
                    unit(batch.first()).register(batch);
                }
            }
            settle();
        }
    }

    /** Reads all files of a journal, once more if what was passed over turns out to be needed. */
    static RecordLedger of(Disk disk, Path directory, RecordCodec codec, Bookkeeping known)
            throws JournalException, IOException {
        RecordLedger ledger = new RecordLedger(codec, known.checkpointEnd(), known);
        new JournalFolder(disk, directory).read(ledger);
        if (known.checkpointEnd() > 0 && !Verdict.hasCheckpoint(ledger, known)) {
            ledger = new RecordLedger(codec, 0, known);
            new JournalFolder(disk, directory).read(ledger);
        }
        return ledger;
    }

    @Override
    public void record(Found found) throws JournalException {
        records++;
        if (found.artemisType() == RecordScanner.DELETE) {
            if (found.id() > 0) {
                deletes.add(found.id());
            }
            return;
        }
        RecordCodec.Opened opened = codec.open(found.id(), found.body());
        if (opened != null && opened.version() > RecordCodec.VERSION) {
            throw new JournalException(
                    Reason.NEWER_FORMAT,
                    found.region() + " was written by a newer version of this program (record format "
                            + opened.version() + ")");
        }
        RecordType type = opened == null ? null : opened.type();
        if (opened == null || type == null || !fits(type, found)) {
            corrupt.add(new Corrupt(found.region(), found.id(), found.artemisType() == RecordScanner.UPDATE));
            return;
        }
        maxSequence = Math.max(maxSequence, opened.sequence());
        provenDurable = Math.max(provenDurable, opened.durable());
        switch (type) {
            case PUT, REPLACE -> member(opened, found.id(), type == RecordType.REPLACE);
            case HEAD -> head(opened);
            case CHECKPOINT -> checkpoint(opened);
        }
    }

    private static boolean fits(RecordType type, Found found) {
        return type.id() == found.userType()
                && type.isUpdate() == (found.artemisType() == RecordScanner.UPDATE)
                && type.isOfCaller() != RecordType.isCheckpointId(found.id());
    }

    private void member(RecordCodec.Opened opened, long id, boolean isReplacement) {
        maxRecordId = Math.max(maxRecordId, id);
        if (!isReplacement) {
            present.add(id);
            // A delete that is older than the record is left from one with this id that never came to be.
            if (deletes.size() > 0) {
                deletes.remove(id);
            }
        }
        if (isReplacement && opened.sequence() <= Math.max(floor, keepFrom)) {
            replaced(id, opened.sequence());
        }
        if (opened.first() > keepFrom) {
            unit(opened.first()).addMember(opened.position(), id, isReplacement, opened.sole());
        }
    }

    private void replaced(long id, long sequence) {
        newestReplacements.put(id, Math.max(newestReplacements.get(id), sequence));
    }

    private void head(RecordCodec.Opened opened) {
        BatchHead head = BatchHead.decode(opened.body());
        for (long id : head.ids()) {
            maxRecordId = Math.max(maxRecordId, id);
        }
        if (opened.first() > keepFrom) {
            unit(opened.first()).addHead(opened.position(), head, opened.last());
        }
    }

    private Unit unit(long first) {
        Unit unit = units.get(first);
        if (unit == null) {
            unit = new Unit(first);
            units.put(first, unit);
        }
        return unit;
    }

    private void checkpoint(RecordCodec.Opened opened) {
        if (!whole.isEmpty() && opened.first() < whole.firstKey() || inFiles.contains(opened.first())) {
            return;
        }
        Parts parts = checkpoints.computeIfAbsent(opened.first(), first -> new Parts());
        byte[] part = new byte[opened.body().remaining()];
        opened.body().get(part);
        parts.found.put(opened.position(), part);
        if (opened.last()) {
            parts.last = opened.position();
        }
        if (parts.complete()) {
            checkpoints.remove(opened.first());
            inFiles.add(opened.first());
            if (!whole.containsKey(opened.first())) {
                Checkpoint found = Checkpoint.decode(opened.first(), new ArrayList<>(parts.found.values()));
                whole.put(found.first(), found);
                maxRecordId = Math.max(maxRecordId, found.maxRecordId());
                settle();
            }
        }
    }

    /**
     * Only a checkpoint that is known to have been durable can be the base: one of the last moments before a crash may be
     * whole while something before it is not.
     */
    private void settle() {
        for (Checkpoint newest : whole.descendingMap().values()) {
            if (isBase(newest)) {
                keepFrom = Math.max(keepFrom, newest.end());
                whole.headMap(newest.first()).clear();
                return;
            }
        }
    }

    private boolean isBase(Checkpoint checkpoint) {
        return unmarked || checkpoint.end() <= Math.max(floor, provenDurable);
    }

    @Override
    public void garbage(Region region) {
        garbage.add(region);
    }

    @Override
    public void remains(Region region) {
        remains.add(region);
    }

    @Override
    public void unreadable(String file, String why) {
        unreadable.put(file, why);
    }

    @Override
    public void damagedHeader(String file, long fileId) {
        damagedHeaders.put(file, fileId);
    }

    /** Batches that no checkpoint covers, in order. */
    List<Unit> units() {
        settle();
        List<Unit> kept = new ArrayList<>();
        for (Checkpoint checkpoint : whole.values()) {
            if (!isBase(checkpoint)) {
                kept.add(Unit.ofCheckpoint(checkpoint));
            }
        }
        for (Unit unit : units.values()) {
            if (unit.first() > keepFrom) {
                kept.add(unit);
            } else {
                unit.forEachMember((operation, id, sequence) -> {
                    if (operation == Batch.Operation.REPLACE) {
                        replaced(id, sequence);
                    }
                });
            }
        }
        kept.sort(Comparator.comparingLong(Unit::first));
        return kept;
    }

    /** The newest checkpoint that is there whole and was durable. */
    @Nullable
    Checkpoint checkpoint() {
        settle();
        Map.Entry<Long, Checkpoint> oldest = whole.firstEntry();
        return oldest != null && isBase(oldest.getValue()) ? oldest.getValue() : null;
    }

    /** Whether the checkpoint's own records are there, not only its copy in the register. */
    boolean isInFiles(Checkpoint checkpoint) {
        return inFiles.contains(checkpoint.first());
    }

    /** Takes note that a batch beyond the floor counts. */
    void commit(Unit unit) {
        unit.forEachMember((operation, id, sequence) -> {
            if (operation == Batch.Operation.REPLACE) {
                replaced(id, sequence);
            }
        });
    }

    boolean isPresent(long id) {
        return present.contains(id);
    }

    /** Ids of which a whole put was found. */
    IdSet present() {
        return present;
    }

    /** Ids of which a delete of Artemis's was found; no checksum covers those. */
    IdSet deletes() {
        return deletes;
    }

    /** Sequence of the newest replacement found that counts, 0 if none. */
    long newestReplacement(long id) {
        return newestReplacements.get(id);
    }

    LongLongMap newestReplacements() {
        return newestReplacements;
    }

    List<Corrupt> corrupt() {
        return corrupt;
    }

    List<Region> garbage() {
        return garbage;
    }

    /** What former uses of the files have left. */
    List<Region> remains() {
        return remains;
    }

    Map<String, String> unreadable() {
        return unreadable;
    }

    Map<String, Long> damagedHeaders() {
        return damagedHeaders;
    }

    /** Every operation up to this sequence was durable before some record was made that is there. */
    long provenDurable() {
        return provenDurable;
    }

    long maxSequence() {
        return maxSequence;
    }

    long maxRecordId() {
        return maxRecordId;
    }

    /** Number of whole records of Artemis's. */
    long records() {
        return records;
    }
}
