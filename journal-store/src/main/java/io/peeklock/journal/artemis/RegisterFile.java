/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a file of the {@link Register} says, as far as it holds.
 *
 * <p>Immutable but for the checkpoint's records, which its reader takes over.
 *
 * <p>A file is blocks one after the other (big endian); the checksum is over the block's position, the first sequence of the
 * checkpoint (0 in the first block) and the content:
 *
 * <pre>
 *   block:    length of the content 4 | CRC32C 4 | content
 *   first:    "PLKREGI" 01 (8) | store id 16 | journal index 4 | parts of the checkpoint 4 | its first sequence 8
 *   second:   the checkpoint's body, its parts joined, see {@link Checkpoint}
 *   others:   sequence of the first operation 8 | batches, without a gap (numbers as in {@link ByteSink}):
 *               number of heads | number of operations | per operation:
 *               zigzag(id - id of the one before in this file) * 4 + (0 put, 1 replace, 2 remove)
 * </pre>
 *
 * @param slot which of the two files
 * @param checkpoint what was live at its begin
 * @param batches what was done since, in order
 * @param end sequence of the last operation or head that it knows of
 * @param lastId id of the last operation, 0 if there is none
 * @param bytes how many bytes of the file hold
 */
record RegisterFile(int slot, Checkpoint checkpoint, List<Entry> batches, long end, long lastId, long bytes) {

    static final String PREFIX = "journal.register-";

    private static final long MAGIC = 0x504C4B5245474900L;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 40;
    private static final int BLOCK_OVERHEAD_BYTES = 8;

    /**
     * A batch.
     *
     * @param first its first sequence
     * @param heads number of its heads, 0 if it is a record without one
     */
    record Entry(long first, int heads, BatchHead operations) {

        long end() {
            return first + operations.operations() + heads - 1;
        }
    }

    /** Writes the first two blocks; returns their length. */
    static long begin(DiskFile out, UUID storeId, int index, long first, List<RecordBody> checkpoint)
            throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                .putLong(MAGIC | VERSION)
                .putLong(storeId.getMostSignificantBits())
                .putLong(storeId.getLeastSignificantBits())
                .putInt(index)
                .putInt(checkpoint.size())
                .putLong(first)
                .flip();
        ByteBuffer body = ByteBuffer.allocate(
                checkpoint.stream().mapToInt(RecordBody::encodedBytes).sum());
        checkpoint.forEach(part -> part.encodeTo(body));
        long at = writeBlock(out, 0, 0, header);
        return at + writeBlock(out, at, first, body.flip());
    }

    /** Writes a block of batches; returns its length. */
    static long writeBatches(DiskFile out, long at, long checkpoint, long firstSequence, RecordBody batches)
            throws IOException {
        ByteBuffer content = ByteBuffer.allocate(Long.BYTES + batches.encodedBytes());
        content.putLong(firstSequence);
        batches.encodeTo(content);
        return writeBlock(out, at, checkpoint, content.flip());
    }

    private static long writeBlock(DiskFile out, long at, long checkpoint, ByteBuffer content) throws IOException {
        int length = content.remaining();
        ByteBuffer block = ByteBuffer.allocate(BLOCK_OVERHEAD_BYTES + length)
                .putInt(length)
                .putInt(crcOf(at, checkpoint, content))
                .put(content)
                .flip();
        out.writeFully(block, at);
        return BLOCK_OVERHEAD_BYTES + (long) length;
    }

    /** Reads those of the two files that hold, the newest last. */
    static List<RegisterFile> readAll(Disk disk, Path directory, UUID storeId, int index) throws JournalException {
        List<RegisterFile> files = new ArrayList<>(2);
        for (int slot = 0; slot < 2; slot++) {
            Path path = directory.resolve(PREFIX + slot);
            if (disk.exists(path)) {
                RegisterFile file = read(disk, path, slot, storeId, index);
                if (file != null) {
                    files.add(file);
                }
            }
        }
        files.sort(Comparator.comparingLong(RegisterFile::end));
        return files;
    }

    private static @Nullable RegisterFile read(Disk disk, Path path, int slot, UUID storeId, int index)
            throws JournalException {
        try (DiskFile in = disk.openReadOnly(path)) {
            long size = in.size();
            ByteBuffer header = readBlock(in, 0, size, 0);
            if (header == null
                    || header.remaining() != HEADER_BYTES
                    || header.getLong() != (MAGIC | VERSION)
                    || !new UUID(header.getLong(), header.getLong()).equals(storeId)
                    || header.getInt() != index) {
                return null;
            }
            final int parts = header.getInt();
            final long first = header.getLong();
            long at = BLOCK_OVERHEAD_BYTES + (long) HEADER_BYTES;
            ByteBuffer body = readBlock(in, at, size, first);
            if (body == null) {
                return null;
            }
            at += BLOCK_OVERHEAD_BYTES + (long) body.remaining();
            return readBatches(in, at, size, slot, Checkpoint.decode(first, parts, body));
        } catch (BufferUnderflowException e) {
            return null;
        } catch (IOException e) {
            if (DiskErrors.isOfTheProcess(e)) {
                throw DiskErrors.because("cannot read " + path, e);
            }
            return null;
        }
    }

    private static RegisterFile readBatches(DiskFile in, long from, long size, int slot, Checkpoint checkpoint)
            throws IOException {
        List<Entry> batches = new ArrayList<>();
        long at = from;
        long next = checkpoint.end() + 1;
        long lastId = 0;
        for (ByteBuffer block = readBlock(in, at, size, checkpoint.first());
                block != null && block.remaining() >= Long.BYTES && block.getLong() == next;
                block = readBlock(in, at, size, checkpoint.first())) {
            at += BLOCK_OVERHEAD_BYTES + (long) Long.BYTES + block.remaining();
            while (block.hasRemaining()) {
                int heads = (int) ByteSink.number(block);
                long[] ids = new long[(int) ByteSink.number(block)];
                Batch.Operation[] kinds = new Batch.Operation[ids.length];
                for (int i = 0; i < ids.length; i++) {
                    long number = ByteSink.number(block);
                    lastId += BatchHead.idDistance(number);
                    ids[i] = lastId;
                    kinds[i] = BatchHead.kindOf(number);
                }
                Entry entry = new Entry(next, heads, new BatchHead(ids.length, 0, ids, kinds));
                batches.add(entry);
                next = entry.end() + 1;
            }
        }
        return new RegisterFile(slot, checkpoint, batches, next - 1, lastId, at);
    }

    private static @Nullable ByteBuffer readBlock(DiskFile in, long at, long size, long checkpoint) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(BLOCK_OVERHEAD_BYTES);
        if (size - at < BLOCK_OVERHEAD_BYTES || in.readFully(start, at) < BLOCK_OVERHEAD_BYTES) {
            return null;
        }
        int length = start.getInt(0);
        if (length < 1 || length > size - at - BLOCK_OVERHEAD_BYTES) {
            return null;
        }
        ByteBuffer content = ByteBuffer.allocate(length);
        if (in.readFully(content, at + BLOCK_OVERHEAD_BYTES) < length) {
            return null;
        }
        content.flip();
        return start.getInt(4) == crcOf(at, checkpoint, content) ? content : null;
    }

    private static int crcOf(long at, long checkpoint, ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(at)
                .putLong(checkpoint)
                .flip());
        crc.update(content.duplicate());
        return (int) crc.getValue();
    }

    /** Highest record id that it knows of. */
    long maxRecordId() {
        long highest = checkpoint.maxRecordId();
        for (Entry batch : batches) {
            for (long id : batch.operations().ids()) {
                highest = Math.max(highest, id);
            }
        }
        return highest;
    }
}
