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
import java.util.ArrayList;
import java.util.List;
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
    private final @Nullable Mark mark;
    private final List<Finding> findings = new ArrayList<>();

    JournalLoader(Disk disk, Path directory, RecordCodec codec, @Nullable Mark mark) {
        this.disk = disk;
        this.directory = directory;
        this.codec = codec;
        this.mark = mark;
    }

    /**
     * What a load found out before Artemis saw the files.
     *
     * @param superfluous filled by {@link #stream}: what Artemis has and is not live
     */
    record Inspection(
            LiveRecords live,
            @Nullable Checkpoint checkpoint,
            long committedEnd,
            long nextSequence,
            long maxRecordId,
            boolean clean,
            List<Finding> findings,
            IdSet superfluous) {

        /** Where the journal stands. */
        Mark position() {
            return new Mark(committedEnd, checkpoint == null ? 0 : checkpoint.end(), maxRecordId, clean);
        }
    }

    Inspection inspect() throws JournalException, IOException {
        completeCompaction();
        long keepFrom = mark == null ? 0 : mark.checkpointEnd();
        RecordLedger ledger = survey(keepFrom);
        if (keepFrom > 0 && !Verdict.hasCheckpoint(ledger, mark)) {
            ledger = survey(0);
        }
        Verdict verdict = Verdict.of(ledger, mark);
        new Repairs(disk, directory, codec, ledger, verdict).run();
        findings.addAll(verdict.findings());
        boolean usable = Verdict.hasCheckpoint(ledger, mark);
        long known = mark == null ? 0 : Math.max(mark.sequence(), mark.checkpointEnd());
        return new Inspection(
                verdict.live(),
                usable ? ledger.checkpoint() : null,
                verdict.committedEnd(),
                Math.max(Math.max(ledger.maxSequence(), known), verdict.committedEnd()) + 1,
                Math.max(ledger.maxRecordId(), mark == null ? 0 : mark.maxRecordId()),
                verdict.isClean(),
                findings,
                new IdSet());
    }

    private RecordLedger survey(long keepFrom) throws JournalException, IOException {
        RecordLedger ledger = new RecordLedger(codec, keepFrom, mark);
        new JournalFolder(disk, directory).read(ledger);
        return ledger;
    }

    /** Ends a compaction that was interrupted after its point of no return. */
    private void completeCompaction() throws IOException {
        if (!CompactionControl.exists(disk, directory)) {
            return;
        }
        CompactionControl control = CompactionControl.read(disk, directory);
        if (control != null) {
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
                        "the note of a compaction is damaged; moved to " + quarantine.move(name)));
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
        if (streamer.served.size() != inspection.live().size()) {
            throw new JournalException(
                    Reason.CORRUPT,
                    directory + ": " + inspection.live().size() + " records are live and Artemis loaded "
                            + streamer.served.size());
        }
    }

    private final class Streamer implements LoaderCallback {
        private final Inspection inspection;
        private final RecordVisitor visitor;
        private final IdSet served = new IdSet();
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
