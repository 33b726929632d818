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
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
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
 * is checked once more and given to the visitor, by a reader of our own beside it ({@link LiveRecordReader}).
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

    /**
     * Gives the live records to the visitor, and lets Artemis load on a thread of its own meanwhile, which takes as long.
     *
     * <p>Artemis deletes files in which nothing is live, and nothing else before the gate is free: what is live stays readable.
     */
    void stream(Inspection inspection, GatedJournal journal, RecordVisitor visitor) throws JournalException {
        ArtemisView view = new ArtemisView(inspection);
        LiveRecordReader reader = new LiveRecordReader(directory, codec, inspection.live(), visitor);
        OwnThread.Begun<Boolean> artemis;
        try {
            JournalFolder folder = new JournalFolder(disk, directory);
            List<JournalFolder.Source> sources = folder.sources(reader);
            artemis = OwnThread.begin("artemis", () -> load(journal, view));
            try {
                folder.read(sources, reader);
            } catch (JournalException | IOException | RuntimeException | Error e) {
                artemis.thread().join();
                throw e;
            }
        } catch (InterruptedException e) {
            // Nobody interrupts the loading thread.
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw DiskErrors.because("cannot read " + directory, e);
        }
        OwnThread.await(artemis);
        reader.requireAll();
        if (view.live.size() != inspection.live().size()) {
            throw new JournalException(
                    Reason.CORRUPT,
                    directory + ": " + inspection.live().size() + " records are live, and Artemis loaded "
                            + view.live.size());
        }
    }

    private boolean load(GatedJournal journal, ArtemisView view) throws JournalException {
        try {
            journal.load(view);
            return true;
        } catch (Exception e) {
            throw new JournalException(Reason.CORRUPT, "Artemis cannot load " + directory + ": " + e.getMessage(), e);
        }
    }

    /** The load is complete and its report is given: nobody has to find the same again. */
    void complete() {
        report.complete();
    }

    /** What Artemis has. Owned by its loading thread. */
    private static final class ArtemisView implements LoaderCallback {
        private final Inspection inspection;
        private final IdSet live = new IdSet();

        ArtemisView(Inspection inspection) {
            this.inspection = inspection;
        }

        @Override
        public void addRecord(RecordInfo info) {
            if (inspection.live().contains(info.id)) {
                live.add(info.id);
                return;
            }
            Checkpoint checkpoint = inspection.checkpoint();
            if (checkpoint == null || !checkpoint.isPart(info.id)) {
                inspection.superfluous().add(info.id);
            }
        }

        @Override
        public void updateRecord(RecordInfo info) {}

        @Override
        public void deleteRecord(long id) {
            inspection.superfluous().remove(id);
        }

        @Override
        public void addPreparedTransaction(PreparedTransactionInfo preparedTransaction) {}

        @Override
        public void failedTransaction(long transactionId, List<RecordInfo> records, List<RecordInfo> recordsToDelete) {}
    }
}
