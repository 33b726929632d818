/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.RecordBody;
import java.util.List;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.core.journal.EncoderPersister;
import org.apache.activemq.artemis.core.journal.EncodingSupport;
import org.jspecify.annotations.Nullable;

/**
 * Turns batches into records of the Artemis journal, and writes checkpoints when they are due.
 *
 * <p>Owned by whoever holds the journal's gate.
 *
 * <p>A batch of one put or one replacement is one record. Any other is its puts and replacements and then its head, the
 * commit; removals are in the head, and Artemis's own deletes follow only so that files can be reclaimed.
 */
final class BatchAppender implements EncodingSupport {

    /** Bytes that an operation takes besides its body: record, envelope, entry in the head, delete. */
    static final int OPERATION_OVERHEAD_BYTES =
            RecordScanner.RECORD_OVERHEAD_BYTES + RecordCodec.ENVELOPE_BYTES + 10 + RecordScanner.DELETE_BYTES;
    /** Bytes that a batch takes besides its operations: a head without entries, and a pin. */
    static final int BATCH_OVERHEAD_BYTES = 2 * (RecordScanner.RECORD_OVERHEAD_BYTES + RecordCodec.ENVELOPE_BYTES + 15);

    private final GatedJournal journal;
    private final GroupWriter writer;
    private final Register register;
    private final RecordCodec codec;
    private final JournalSettings settings;
    private final LiveRecords live;

    private long nextSequence;
    private long maxRecordId;
    private long checkpointFirst;
    private int checkpointParts;
    private @Nullable BatchingFile pinned;
    private long operationsSinceCheckpoint;
    private long bytesSinceCheckpoint;
    private volatile boolean checkpointDue;
    private boolean found;

    /**
     * An appender.
     *
     * @param checkpoint the one that heads are to go to, null if one has to be written first
     */
    BatchAppender(
            GatedJournal journal,
            GroupWriter writer,
            Register register,
            RecordCodec codec,
            JournalSettings settings,
            LiveRecords live,
            @Nullable Checkpoint checkpoint,
            long nextSequence,
            long maxRecordId) {
        this.journal = journal;
        this.writer = writer;
        this.register = register;
        this.codec = codec;
        this.settings = settings;
        this.live = live;
        this.nextSequence = nextSequence;
        this.maxRecordId = maxRecordId;
        if (checkpoint != null) {
            checkpointFirst = checkpoint.first();
            checkpointParts = checkpoint.parts();
        }
        checkpointDue = checkpoint == null;
    }

    /** Appends a batch; if it breaks a limit nothing of it is written. */
    void append(Batch batch) throws JournalException {
        List<Batch.Entry> entries = batch.entries();
        for (Batch.Entry entry : entries) {
            if (entry.body().encodedBytes() > settings.maxRecordBytes()) {
                throw new JournalException(
                        Reason.REFUSED,
                        "record " + entry.id() + " of " + entry.body().encodedBytes() + " bytes is over the limit of "
                                + settings.maxRecordBytes() + "; cut it into several");
            }
        }
        if (entries.isEmpty()) {
            return;
        }
        live.apply(entries, nextSequence);
        if (entries.size() == 1 && entries.get(0).operation() != Batch.Operation.REMOVE) {
            appendSole(entries.get(0));
        } else {
            appendWithHead(entries);
        }
        operationsSinceCheckpoint += entries.size();
        bytesSinceCheckpoint += batch.bodyBytes() + (long) entries.size() * OPERATION_OVERHEAD_BYTES;
        checkpointDue = operationsSinceCheckpoint >= Math.max(settings.checkpointOperations(), live.size() / 4)
                || bytesSinceCheckpoint >= 2L * settings.fileBytes();
    }

    private void appendSole(Batch.Entry entry) throws JournalException {
        write(entry, RecordCodec.SOLE, nextSequence, 0);
        register.batch(nextSequence, List.of(entry), 0);
        nextSequence++;
        BatchingFile current = journal.currentBatchingFile();
        if (!current.equals(pinned)) {
            // Without a head of this checkpoint the file could be reclaimed before the next one, and its batches be
            // missed.
            writeHead(List.of());
        }
    }

    private void appendWithHead(List<Batch.Entry> entries) throws JournalException {
        long first = nextSequence;
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).operation() != Batch.Operation.REMOVE) {
                write(entries.get(i), 0, first + i, i);
            }
        }
        writeHead(entries);
        writer.advance(position());
        for (Batch.Entry entry : entries) {
            if (entry.operation() == Batch.Operation.REMOVE) {
                delete(entry.id());
            }
        }
    }

    private void write(Batch.Entry entry, int flags, long sequence, int position) throws JournalException {
        RecordType type = entry.operation() == Batch.Operation.PUT ? RecordType.PUT : RecordType.REPLACE;
        codec.seal(type, entry.id(), entry.kind(), flags, sequence, position, writer.durableSequence(), entry.body());
        appendSealed(type, entry.id());
        maxRecordId = Math.max(maxRecordId, entry.id());
    }

    private void writeHead(List<Batch.Entry> entries) throws JournalException {
        List<RecordBody> parts = BatchHead.encode(entries, settings.maxRecordBytes());
        long first = nextSequence;
        long base = RecordType.checkpointId(checkpointFirst);
        for (int i = 0; i < parts.size(); i++) {
            int position = entries.size() + i;
            int flags = i == parts.size() - 1 ? RecordCodec.LAST : 0;
            codec.seal(
                    RecordType.HEAD,
                    base,
                    0,
                    flags,
                    first + position,
                    position,
                    writer.durableSequence(),
                    parts.get(i));
            appendSealed(RecordType.HEAD, base);
        }
        register.batch(first, entries, parts.size());
        nextSequence = first + entries.size() + parts.size();
        pinned = journal.currentBatchingFile();
    }

    /** Whether a checkpoint comes before the next batch. For any thread. */
    boolean isCheckpointDue() {
        return checkpointDue;
    }

    /** Whether anything was appended since the last checkpoint. */
    boolean hasChanged() {
        return operationsSinceCheckpoint > 0 || checkpointFirst == 0;
    }

    /** Whether a checkpoint now may let files go. Seldom enough that checkpoints do not fill the disk. */
    boolean isCheckpointWorthwhile() {
        return hasChanged() && operationsSinceCheckpoint >= live.size() / 4;
    }

    /** Writes the list of live records, and lets go of the one before. */
    void checkpoint() throws JournalException {
        long first = nextSequence;
        List<RecordBody> parts = Checkpoint.encode(first, maxRecordId, live, settings.maxRecordBytes());
        for (int i = 0; i < parts.size(); i++) {
            long id = RecordType.checkpointId(first + i);
            int flags = i == parts.size() - 1 ? RecordCodec.LAST : 0;
            codec.seal(RecordType.CHECKPOINT, id, 0, flags, first + i, i, writer.durableSequence(), parts.get(i));
            appendSealed(RecordType.CHECKPOINT, id);
        }
        register.checkpoint(first, parts);
        final long oldFirst = checkpointFirst;
        final int oldParts = checkpointParts;
        nextSequence = first + parts.size();
        checkpointFirst = first;
        checkpointParts = parts.size();
        pinned = null;
        operationsSinceCheckpoint = 0;
        bytesSinceCheckpoint = 0;
        checkpointDue = false;
        writer.advance(position());
        for (int i = 0; oldFirst > 0 && i < oldParts; i++) {
            delete(RecordType.checkpointId(oldFirst + i));
        }
    }

    /** Deletes something that Artemis still has; not noticed by the live records. */
    void delete(long id) throws JournalException {
        found = false;
        long before = writer.records();
        try {
            journal.tryAppendDeleteRecord(id, false, (ignored, isFound) -> found = isFound, null);
        } catch (Exception e) {
            throw failed(e);
        }
        require(found, before, id);
    }

    private void appendSealed(RecordType type, long id) throws JournalException {
        found = true;
        long before = writer.records();
        try {
            if (type.isUpdate()) {
                journal.tryAppendUpdateRecord(
                        id,
                        type.id(),
                        EncoderPersister.getInstance(),
                        this,
                        false,
                        type == RecordType.REPLACE,
                        (ignored, isFound) -> found = isFound,
                        null);
            } else {
                journal.appendAddRecord(id, type.id(), EncoderPersister.getInstance(), this, false, null);
            }
        } catch (Exception e) {
            throw failed(e);
        }
        require(found, before, id);
    }

    // Artemis logs what goes wrong in an append and goes on: only the writer knows.
    private void require(boolean wasFound, long recordsBefore, long id) throws JournalException {
        JournalException failure = writer.failure();
        if (failure == null && (!wasFound || writer.records() != recordsBefore + 1)) {
            writer.fail(new JournalException(
                    Reason.CORRUPT, "the Artemis journal did not take an operation on record " + id));
            failure = writer.failure();
        }
        if (failure != null) {
            throw again(failure);
        }
    }

    /** The first failure, with the stack of whom it is told to now. */
    static JournalException again(JournalException failure) {
        return new JournalException(failure.reason(), String.valueOf(failure.getMessage()), failure);
    }

    private JournalException failed(Exception cause) {
        writer.fail("cannot append", cause);
        JournalException failure = writer.failure();
        return failure == null ? new JournalException(Reason.IO, "cannot append", cause) : failure;
    }

    /** Where the journal stands after the last batch. */
    Mark position() {
        return new Mark(nextSequence - 1, Math.max(0, checkpointFirst + checkpointParts - 1), maxRecordId, false);
    }

    LiveRecords live() {
        return live;
    }

    // The sealed record as Artemis takes it.

    @Override
    public int getEncodeSize() {
        return codec.length();
    }

    @Override
    public void encode(ActiveMQBuffer buffer) {
        buffer.writeBytes(codec.bytes(), codec.offset(), codec.length());
    }

    @Override
    public void decode(ActiveMQBuffer buffer) {
        throw new UnsupportedOperationException("records are read by the loader");
    }

    @Override
    public String toString() {
        return "a record of " + codec.length() + " bytes";
    }
}
