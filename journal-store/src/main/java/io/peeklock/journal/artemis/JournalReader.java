/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.LoadReport.Damage;
import io.peeklock.journal.LoadReport.Finding;
import io.peeklock.journal.artemis.JournalFolder.Found;
import io.peeklock.journal.artemis.JournalFolder.Region;
import io.peeklock.journal.artemis.ReadRecord.State;
import io.peeklock.journal.artemis.ReadRecord.What;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.ReadOnlyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal from outside, whatever state it is in, and says what a load would find; changes nothing.
 *
 * <p>Owned by one thread. The journal may be in use: the mark is read before the files, so what it promises is in them.
 */
public final class JournalReader {

    // A compaction may take files away while they are read; it does not do so all the time.
    private static final int ATTEMPTS = 5;

    private final Disk disk;
    private final Path directory;
    private final RecordCodec codec;
    private final Bookkeeping known;

    private JournalReader(Disk disk, Path directory, RecordCodec codec, Bookkeeping known) {
        this.disk = disk;
        this.directory = directory;
        this.codec = codec;
        this.known = known;
    }

    /**
     * Gives every record in the files, in their order, and reports what the next load would.
     *
     * @param out takes each record, dead ones and bookkeeping too
     * @throws JournalException NEWER_FORMAT; CORRUPT if the journal is of another store, index or key
     * @throws IOException if the directory cannot be read
     */
    public static LoadReport read(
            Path directory, Disk disk, byte[] storeKey, UUID storeId, int index, Consumer<ReadRecord> out)
            throws JournalException, IOException {
        BodyMask mask = new BodyMask(storeKey);
        RecordCodec codec = new RecordCodec(mask);
        MarkFile marks = new MarkFile(new ReadOnlyDisk(disk), directory, storeId, index, mask.check());
        for (int attempt = 1; ; attempt++) {
            List<String> before = disk.list(directory).stream()
                    .filter(name -> !JournalFiles.isSpare(name))
                    .toList();
            JournalReader reader =
                    new JournalReader(afterCompaction(disk, directory), directory, codec, Bookkeeping.read(marks));
            if (!marks.exists()
                    && JournalFiles.dataFiles(reader.disk, directory).isEmpty()) {
                return new LoadReport(0, 0, true, List.of());
            }
            RecordLedger ledger = RecordLedger.of(reader.disk, directory, codec, reader.known);
            if (attempt == ATTEMPTS || disk.list(directory).containsAll(before)) {
                return reader.report(ledger, out);
            }
        }
    }

    /** The files as they are when a compaction that was cut short after its point of no return is complete. */
    private static Disk afterCompaction(Disk disk, Path directory) throws IOException {
        CompactionControl control = CompactionControl.read(disk, directory);
        if (control == null) {
            return new ReadOnlyDisk(disk);
        }
        Set<Path> hidden = new HashSet<>();
        Map<Path, Path> shownAs = new HashMap<>();
        control.oldFiles().forEach(name -> hidden.add(directory.resolve(name)));
        for (String name : control.newFiles()) {
            if (disk.exists(directory.resolve(name))) {
                shownAs.put(directory.resolve(CompactionControl.finalName(name)), directory.resolve(name));
            }
        }
        return new ReadOnlyDisk(disk, hidden, shownAs);
    }

    private LoadReport report(RecordLedger ledger, Consumer<ReadRecord> out) throws JournalException, IOException {
        Verdict verdict = Verdict.of(ledger, known);
        new JournalFolder(disk, directory).read(new JournalFolder.Sink() {
            @Override
            public void record(Found found) {
                out.accept(describe(found, verdict));
            }

            @Override
            public void garbage(Region region) {}

            @Override
            public void unreadable(String file, String why) {}

            @Override
            public void damagedHeader(String file, long fileId) {}
        });
        Mark mark = known.mark();
        long maxRecordId = Math.max(ledger.maxRecordId(), mark == null ? 0 : mark.maxRecordId());
        return new LoadReport(
                verdict.live().size(),
                maxRecordId,
                verdict.isClean(),
                findings(ledger, verdict, new PendingReport(disk, directory).read()));
    }

    private ReadRecord describe(Found found, Verdict verdict) {
        if (found.artemisType() == RecordScanner.DELETE) {
            return record(found, What.DELETE, null, State.BOOKKEEPING);
        }
        RecordCodec.Opened opened = codec.open(found.id(), found.body());
        RecordType type = opened == null ? null : opened.type();
        if (opened == null || type == null) {
            return record(found, What.UNKNOWN, null, State.DAMAGED);
        }
        return switch (type) {
            case PUT -> record(found, What.PUT, opened, stateOfPut(found.id(), opened.sequence(), verdict));
            case REPLACE ->
                record(found, What.REPLACE, opened, stateOfReplacement(found.id(), opened.sequence(), verdict));
            case HEAD -> record(found, What.HEAD, opened, State.BOOKKEEPING);
            case CHECKPOINT -> record(found, What.CHECKPOINT, opened, State.BOOKKEEPING);
        };
    }

    private static ReadRecord record(Found found, What what, RecordCodec.@Nullable Opened opened, State state) {
        Region region = found.region();
        return new ReadRecord(
                region.file(),
                region.position(),
                region.length(),
                what,
                opened == null ? 0 : opened.kind(),
                found.id(),
                opened == null ? 0 : opened.sequence(),
                opened == null ? 0 : opened.first(),
                state,
                opened == null ? ByteBuffer.allocate(0) : opened.body());
    }

    private static State stateOfPut(long id, long sequence, Verdict verdict) {
        if (verdict.live().contains(id)) {
            return State.LIVE;
        }
        if (verdict.stale().contains(id)) {
            return State.STALE;
        }
        return sequence > verdict.committedEnd() ? State.UNCOMMITTED : State.REMOVED;
    }

    private static State stateOfReplacement(long id, long sequence, Verdict verdict) {
        if (sequence > verdict.committedEnd()) {
            return State.UNCOMMITTED;
        }
        if (!verdict.live().contains(id)) {
            return verdict.stale().contains(id) ? State.STALE : State.REMOVED;
        }
        return sequence == verdict.live().replacement(id) ? State.LIVE : State.REPLACED;
    }

    /** What {@link Repairs} would tell, before anything is repaired. */
    private static List<Finding> findings(RecordLedger ledger, Verdict verdict, List<Finding> earlier) {
        List<Finding> findings = new ArrayList<>(earlier);
        findings.addAll(verdict.findings());
        ledger.unreadable().forEach((file, why) -> findings.add(new Finding(Damage.DAMAGED_FILE, 0, file, why)));
        ledger.damagedHeaders()
                .forEach((file, id) -> findings.add(
                        new Finding(Damage.DAMAGED_FILE, 0, file, "its header is damaged, its records are readable")));
        boolean isTornTail = !verdict.isClean() && !verdict.hasLoss();
        if (!isTornTail) {
            for (RecordLedger.Corrupt corrupt : ledger.corrupt()) {
                boolean needed = verdict.missing().contains(corrupt.id())
                        || verdict.stale().contains(corrupt.id());
                findings.add(new Finding(
                        Damage.CORRUPT_RECORD,
                        RecordType.isCheckpointId(corrupt.id()) ? 0 : Math.max(0, corrupt.id()),
                        corrupt.region().toString(),
                        "its checksum does not match" + (needed ? "" : " (nothing that is live needs it)")));
            }
            for (Region region : ledger.garbage()) {
                findings.add(new Finding(
                        Damage.DAMAGED_FILE, 0, region.toString(), region.length() + " bytes are no record"));
            }
        }
        verdict.missing()
                .forEach(id -> findings.add(new Finding(
                        Damage.MISSING_RECORD,
                        id,
                        "record " + id,
                        "is live by the checkpoint or a batch, and not there whole")));
        verdict.stale()
                .forEach(id -> findings.add(new Finding(
                        Damage.MISSING_REPLACEMENT,
                        id,
                        "record " + id,
                        "its newest state is missing or damaged; the next load sets it aside")));
        return findings;
    }
}
