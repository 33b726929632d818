/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.artemis.JournalFolder.Found;
import io.peeklock.journal.artemis.JournalFolder.Region;
import io.peeklock.journal.artemis.ReadRecord.State;
import io.peeklock.journal.artemis.ReadRecord.What;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lists the records of a journal's files, also of a damaged or running journal; changes nothing.
 *
 * <p>Any thread; each call stands alone. Of a running journal it shows one moment or another: files come and go meanwhile.
 */
public final class JournalReader {

    private JournalReader() {}

    /**
     * Gives every record in the order of the files.
     *
     * @param directory of the journal
     * @param storeKey that bodies are masked with; under a wrong one everything is corrupt
     * @throws JournalException if the directory cannot be listed, or the journal was written by a newer version
     */
    public static void read(Path directory, Disk disk, byte[] storeKey, Consumer<ReadRecord> out)
            throws JournalException {
        RecordCodec codec = new RecordCodec(new BodyMask(storeKey));
        try {
            Mark mark = MarkFile.readUnchecked(disk, directory);
            RecordLedger ledger = new RecordLedger(codec, 0, mark);
            JournalFolder folder = new JournalFolder(disk, directory);
            folder.read(ledger);
            Checkpoint checkpoint = ledger.checkpoint();
            Verdict verdict = Verdict.of(ledger, mark);
            folder.read(new Lister(codec, verdict, checkpoint, out));
        } catch (IOException e) {
            throw DiskErrors.because("cannot read the journal in " + directory, e);
        }
    }

    private record Lister(
            RecordCodec codec, Verdict verdict, @Nullable Checkpoint checkpoint, Consumer<ReadRecord> out)
            implements JournalFolder.Sink {

        @Override
        public void record(Found found) {
            Region region = found.region();
            if (found.artemisType() == RecordScanner.DELETE) {
                emit(region, What.DELETE, 0, found.id(), 0, 0, 0, State.DEAD);
                return;
            }
            RecordCodec.Opened opened = codec.open(found.id(), found.body());
            RecordType type = opened == null ? null : opened.type();
            if (opened == null || type == null) {
                emit(region, What.UNKNOWN, 0, found.id(), 0, 0, found.body().remaining(), State.CORRUPT);
                return;
            }
            emit(
                    region,
                    whatOf(type),
                    opened.kind(),
                    found.id(),
                    opened.sequence(),
                    opened.first(),
                    opened.body().remaining(),
                    stateOf(type, found.id(), opened.sequence()));
        }

        private State stateOf(RecordType type, long id, long sequence) {
            if (sequence > verdict.committedEnd()) {
                return State.UNCOMMITTED;
            }
            boolean live = switch (type) {
                case PUT -> verdict.live().contains(id);
                case REPLACE -> verdict.live().replacement(id) == sequence;
                case HEAD -> checkpoint == null || id == checkpoint.baseId();
                case CHECKPOINT -> checkpoint != null && sequence >= checkpoint.first() && sequence <= checkpoint.end();
            };
            return live ? State.LIVE : State.DEAD;
        }

        private static What whatOf(RecordType type) {
            return switch (type) {
                case PUT -> What.PUT;
                case REPLACE -> What.REPLACE;
                case HEAD -> What.HEAD;
                case CHECKPOINT -> What.CHECKPOINT;
            };
        }

        @Override
        public void garbage(Region region) {
            emit(region, What.UNKNOWN, 0, 0, 0, 0, 0, State.GARBAGE);
        }

        @Override
        public void unreadable(String file, String why) {
            emit(new Region(file, 0, 0), What.UNKNOWN, 0, 0, 0, 0, 0, State.UNREADABLE);
        }

        @Override
        public void damagedHeader(String file, long fileId) {
            emit(new Region(file, 0, RecordScanner.FILE_HEADER_BYTES), What.UNKNOWN, 0, 0, 0, 0, 0, State.GARBAGE);
        }

        private void emit(
                Region region, What what, int kind, long id, long sequence, long batch, int bodyBytes, State state) {
            out.accept(new ReadRecord(
                    region.file(),
                    region.position(),
                    region.length(),
                    what,
                    kind,
                    id,
                    sequence,
                    batch,
                    bodyBytes,
                    state));
        }
    }
}
