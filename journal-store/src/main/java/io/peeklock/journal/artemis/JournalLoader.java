/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.LoadReport.Damage;
import io.peeklock.journal.LoadReport.Finding;
import io.peeklock.journal.RecordVisitor;
import io.peeklock.journal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.activemq.artemis.core.journal.LoaderCallback;
import org.apache.activemq.artemis.core.journal.PreparedTransactionInfo;
import org.apache.activemq.artemis.core.journal.RecordInfo;
import org.jspecify.annotations.Nullable;

/**
 * Loads a journal: finds out what is true, repairs the files, and streams the live records while Artemis loads.
 *
 * <p>Owned by the loading thread.
 *
 * <p>Two passes over the files: the first keeps ids, not bodies, and decides; the second is Artemis's own, in which each body
 * is checked once more and given to the visitor.
 */
final class JournalLoader {

    private final Disk disk;
    private final Path directory;
    private final RecordCodec codec;
    private final Bookkeeping known;
    private final PendingReport report;
    private final Set<Finding> findings = new LinkedHashSet<>();

    JournalLoader(Disk disk, Path directory, RecordCodec codec, Bookkeeping known) {
        this.disk = disk;
        this.directory = directory;
        this.codec = codec;
        this.known = known;
        this.report = new PendingReport(disk, directory);
    }

    /**
     * What a load found out before Artemis saw the files.
     *
     * @param checkpoint the one that appends can go on from, null if one has to be written first
     * @param checkpointEnd where the newest one ends
     * @param superfluous filled by {@link #stream}: what Artemis has and is not live
     */
    record Inspection(
            LiveRecords live,
            @Nullable Checkpoint checkpoint,
            long checkpointEnd,
            long committedEnd,
            long nextSequence,
            long maxRecordId,
            boolean clean,
            List<Finding> findings,
            IdSet superfluous) {

        /** Of a journal without files. */
        static Inspection ofNothing() {
            return new Inspection(new LiveRecords(), null, 0, 0, 1, 0, false, List.of(), new IdSet());
        }

        /** Where the journal stands. */
        Mark position() {
            return new Mark(committedEnd, checkpointEnd, maxRecordId, clean);
        }
    }

    /** Finds out what is true, and repairs the files. The register goes on where it is, or anew after a checkpoint. */
    Inspection inspect(Register register) throws JournalException, IOException {
        completeCompaction();
        RecordLedger ledger = RecordLedger.of(disk, directory, codec, known);
        Verdict verdict = Verdict.of(ledger, known);
        Repairs repairs = new Repairs(disk, directory, codec, ledger, verdict);
        repairs.prepare();
        findings.addAll(verdict.findings());
        findings.addAll(report.read());
        if (!findings.isEmpty()) {
            report.write(List.copyOf(findings));
        }
        repairs.complete();
        Checkpoint checkpoint = usableCheckpoint(ledger, verdict);
        RegisterFile registered = known.register();
        if (checkpoint != null && registered != null) {
            register.resume(registered);
        }
        Mark mark = known.mark() == null ? Mark.NOTHING : known.mark();
        Checkpoint newest = ledger.checkpoint();
        return new Inspection(
                verdict.live(),
                checkpoint,
                Math.max(newest == null ? 0 : newest.end(), mark.checkpointEnd()),
                verdict.committedEnd(),
                1 + maximum(ledger.maxSequence(), mark.sequence(), mark.checkpointEnd(), verdict.committedEnd()),
                Math.max(ledger.maxRecordId(), mark.maxRecordId()),
                verdict.isClean(),
                List.copyOf(findings),
                new IdSet());
    }

    /** The checkpoint that appends can go on from; null if one has to be written first. */
    private @Nullable Checkpoint usableCheckpoint(RecordLedger ledger, Verdict verdict) {
        Checkpoint checkpoint = ledger.checkpoint();
        RegisterFile registered = known.register();
        boolean usable = checkpoint != null
                && Verdict.hasCheckpoint(ledger, known)
                && ledger.isInFiles(checkpoint)
                && registered != null
                && known.isRegisterWhole()
                && registered.checkpoint().first() == checkpoint.first()
                && verdict.isClean();
        return usable ? checkpoint : null;
    }

    private static long maximum(long... numbers) {
        return LongStream.of(numbers).max().orElse(0);
    }

    /** Ends a compaction that was interrupted after its point of no return. */
    private void completeCompaction() throws IOException {
        if (!CompactionControl.exists(disk, directory)) {
            return;
        }
        CompactionControl control = CompactionControl.read(disk, directory);
        boolean whole = control != null && control.isComplete(disk, directory);
        if (control != null && whole) {
            control.complete(disk, directory);
            return;
        }
        Quarantine quarantine = new Quarantine(disk, directory);
        for (String name : disk.list(directory)) {
            if (name.equals(JournalFiles.CONTROL) || JournalFiles.isRecordFile(name) && name.endsWith(".cmp")) {
                findings.add(new Finding(
                        Damage.DAMAGED_BOOKKEEPING,
                        0,
                        name,
                        (control == null
                                        ? "the note of a compaction is damaged"
                                        : "files that a compaction made are missing")
                                + "; moved to " + quarantine.move(name)));
            }
        }
    }

    /** Lets Artemis load, and gives the live records to the visitor meanwhile. */
    void stream(Inspection inspection, GatedJournal journal, RecordVisitor visitor) throws JournalException {
        Streamer streamer = new Streamer(inspection, visitor);
        try {
            journal.load(streamer);
        } catch (Exception e) {
            JournalException cause = streamer.failure;
            throw cause != null
                    ? cause
                    : new JournalException(
                            Reason.CORRUPT, "Artemis cannot load " + directory + ": " + e.getMessage(), e);
        }
        long replacements = inspection.live().replacements().size();
        if (streamer.served.size() != inspection.live().size() || streamer.replaced.size() != replacements) {
            throw new JournalException(
                    Reason.CORRUPT,
                    directory + ": " + inspection.live().size() + " records are live, " + replacements
                            + " of them replaced, and Artemis loaded " + streamer.served.size() + " and "
                            + streamer.replaced.size());
        }
    }

    /** The load is complete and its report is given: nobody has to find the same again. */
    void complete() {
        report.complete();
    }

    private final class Streamer implements LoaderCallback {
        private final Inspection inspection;
        private final RecordVisitor visitor;
        private final IdSet served = new IdSet();
        private final IdSet replaced = new IdSet();
        private @Nullable JournalException failure;

        Streamer(Inspection inspection, RecordVisitor visitor) {
            this.inspection = inspection;
            this.visitor = visitor;
        }

        @Override
        public void addRecord(RecordInfo info) {
            if (!inspection.live().contains(info.id)) {
                Checkpoint checkpoint = inspection.checkpoint();
                if (checkpoint == null || !checkpoint.isPart(info.id)) {
                    inspection.superfluous().add(info.id);
                }
            } else if (served.add(info.id)) {
                RecordCodec.Opened opened = open(info);
                visitor.put(info.id, opened.kind(), opened.body());
            }
        }

        @Override
        public void updateRecord(RecordInfo info) {
            if (served.contains(info.id)) {
                RecordCodec.Opened opened = open(info);
                if (opened.sequence() == inspection.live().replacement(info.id)) {
                    replaced.add(info.id);
                    visitor.replace(info.id, opened.kind(), opened.body());
                }
            }
        }

        @Override
        public void deleteRecord(long id) {
            inspection.superfluous().remove(id);
        }

        private RecordCodec.Opened open(RecordInfo info) {
            RecordCodec.Opened opened = codec.open(info.id, ByteBuffer.wrap(info.data));
            if (opened == null) {
                failure = new JournalException(
                        Reason.CORRUPT, directory + ": record " + info.id + " was whole a moment ago and is not now");
                throw new IllegalStateException(failure);
            }
            return opened;
        }

        @Override
        public void addPreparedTransaction(PreparedTransactionInfo preparedTransaction) {}

        @Override
        public void failedTransaction(long transactionId, List<RecordInfo> records, List<RecordInfo> recordsToDelete) {}
    }
}
