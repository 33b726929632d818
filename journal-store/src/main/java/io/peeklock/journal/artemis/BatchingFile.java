/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.disk.DiskFile;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.core.io.IOCallback;
import org.apache.activemq.artemis.core.io.SequentialFile;
import org.apache.activemq.artemis.core.io.buffer.TimedBuffer;
import org.apache.activemq.artemis.core.journal.EncodingSupport;
import org.jspecify.annotations.Nullable;

/**
 * A file of the Artemis journal whose records go through the journal's {@link GroupWriter}.
 *
 * <p>Used by one thread at a time, as Artemis does; the monitor only makes its state visible.
 *
 * <p>When the journal has failed, changing a file does nothing and says nothing: Artemis waits a minute for a file that could
 * not be made, but learns of the failure at once when it writes a record. What destroys something checks for the failure.
 *
 * <p>A file of records has one size for Artemis, whatever is on disk: behind its end there are zeros.
 */
final class BatchingFile implements SequentialFile {

    private static final int CHUNK_BYTES = 128 * 1024;
    private static final byte[] ZEROS = new byte[CHUNK_BYTES];

    private final DiskFileFactory factory;
    private Path path;
    private @Nullable OpenFile open;
    private boolean grouped;
    private volatile long position;
    // Whether something of a former use is behind its records, and where these end.
    private boolean reused;
    private long written = RecordScanner.FILE_HEADER_BYTES;

    BatchingFile(DiskFileFactory factory, Path path) {
        this.factory = factory;
        this.path = path;
    }

    // Records.

    @Override
    public synchronized void write(EncodingSupport bytes, boolean sync) throws Exception {
        if (sync) {
            throw new UnsupportedOperationException("batches are made durable by the group writer");
        }
        int size = bytes.getEncodeSize();
        factory.writer().write(requireOpen(), position, size, bytes);
        grouped = true;
        position = position + size;
        written = position;
    }

    @Override
    public void write(EncodingSupport bytes, boolean sync, IOCallback callback) throws Exception {
        throw new UnsupportedOperationException("this journal has no callbacks");
    }

    @Override
    public void write(ActiveMQBuffer bytes, boolean sync, IOCallback callback) {
        throw new UnsupportedOperationException("this journal writes records only");
    }

    @Override
    public void write(ActiveMQBuffer bytes, boolean sync) {
        throw new UnsupportedOperationException("this journal writes records only");
    }

    @Override
    public synchronized boolean fits(int size) {
        return position + size <= factory.fileBytes();
    }

    /** Bytes that still fit. Does not wait for a record that is being written. */
    long room() {
        return factory.fileBytes() - position;
    }

    // Headers and compacted files.

    @Override
    public synchronized void writeDirect(ByteBuffer bytes, boolean sync) {
        int size = bytes.remaining();
        unlessFailed("write", () -> {
            OpenFile target = requireOpen();
            target.file().writeFully(bytes, position);
            if (sync) {
                target.sync();
            }
        });
        position = position + size;
    }

    private interface Change {
        void run() throws IOException;
    }

    private void unlessFailed(String what, Change change) {
        if (factory.writer().failure() == null) {
            try {
                change.run();
            } catch (IOException e) {
                factory.onIOError(e, "cannot " + what + " " + path, this);
            }
        }
    }

    @Override
    public void writeDirect(ByteBuffer bytes, boolean sync, IOCallback callback) {
        throw new UnsupportedOperationException("this journal has no callbacks");
    }

    /** Writes a file made by compaction, without what a former file left in the buffer behind its last record. */
    @Override
    public synchronized void blockingWriteDirect(ByteBuffer bytes, boolean sync, boolean releaseBuffer) {
        ByteBuffer whole = bytes.slice();
        int end = RecordScanner.contiguousEnd(whole);
        for (int at = 0; at < end; at += CHUNK_BYTES) {
            writeDirect(whole.duplicate().position(at).limit(Math.min(end, at + CHUNK_BYTES)), false);
        }
        unlessFailed("write", () -> {
            OpenFile target = requireOpen();
            OpenFile.zeros(target.file(), position, target.file().size());
            reused = false;
            if (sync) {
                target.sync();
            }
        });
    }

    /** Makes the file ready for records; only its first part is on disk, the rest follows ahead of the writer. */
    @Override
    public synchronized void fill(int size) {
        unlessFailed("fill", () -> {
            if (size == factory.fileBytes() && factory.spares().take(path)) {
                requireOpen().close();
                open = factory.open(path);
                reused = true;
                factory.reused(this);
                return;
            }
            OpenFile target = requireOpen();
            int end = Math.min(size, factory.firstFillBytes());
            // In steps: while the disk is busy with one sync of a whole file, the flusher's wait behind it.
            for (int at = 0; at < end; at += factory.fillStepBytes()) {
                OpenFile.zeros(target.file(), at, Math.min(end, at + factory.fillStepBytes()));
                target.sync();
            }
        });
    }

    synchronized boolean isWithoutRemains() {
        return !reused;
    }

    /** Takes away what a former use has left in it, if no record was written since. It is closed. */
    synchronized void removeRemains() {
        if (reused) {
            reused = false;
            unlessFailed("clear", () -> {
                try (DiskFile file = factory.disk().open(path, false)) {
                    file.truncate(written);
                    file.sync();
                }
            });
        }
    }

    /**
     * Reads from the start, and zeros where the disk has less than the file's size; returns the size. The buffer's limit is set
     * behind the last part in which there is anything: Artemis looks at what is before it byte by byte, and at nothing else.
     */
    @Override
    public synchronized int read(ByteBuffer bytes) throws IOException {
        OpenFile source = requireOpen();
        int size = bytes.remaining();
        int start = bytes.position();
        int used = 0;
        for (int at = 0; at < size; at += CHUNK_BYTES) {
            int chunk = Math.min(CHUNK_BYTES, size - at);
            ByteBuffer part = bytes.slice(start + at, chunk);
            int read = Math.max(0, source.file().readFully(part, at));
            part.put(read, ZEROS, 0, chunk - read);
            if (part.rewind().mismatch(ByteBuffer.wrap(ZEROS, 0, chunk)) >= 0) {
                used = at + chunk;
            }
            if (read < chunk && !isRecordFile()) {
                throw new IOException(path + " is shorter than " + size);
            }
        }
        // A record may end with a few zeros.
        bytes.limit(start + Math.min(size, used + RecordScanner.RECORD_OVERHEAD_BYTES));
        return size;
    }

    @Override
    public int read(ByteBuffer bytes, IOCallback callback) throws IOException {
        int read = read(bytes);
        callback.done();
        return read;
    }

    // The file itself.

    @Override
    public synchronized boolean isOpen() {
        return open != null;
    }

    @Override
    public synchronized boolean exists() {
        return factory.disk().exists(path);
    }

    @Override
    public synchronized void open() {
        if (open == null) {
            unlessFailed("open", () -> open = factory.open(path));
        }
        position = 0;
        grouped = false;
    }

    @Override
    public void open(int maxIo, boolean useExecutor) {
        open();
    }

    @Override
    public void close() throws IOException {
        close(true, true);
    }

    @Override
    public synchronized void close(boolean waitSync, boolean blockOnWait) throws IOException {
        OpenFile closing = open;
        if (closing == null) {
            return;
        }
        open = null;
        if (grouped) {
            if (reused) {
                reused = false;
                closing.endsAt(written);
            }
            factory.writer().close(closing, blockOnWait);
            return;
        }
        try {
            closing.close();
        } catch (IOException e) {
            // Not thrown: see above.
            factory.onIOError(e, "cannot close " + path, this);
        }
    }

    @Override
    public synchronized void delete() throws IOException {
        reused = false;
        close(false, true);
        // What makes the file superfluous must be on disk, and known to be, before it goes.
        factory.writer().syncAndMark();
        unlessFailed("delete", () -> {
            if (!isRecordFile() || !factory.hasPlenty() || !factory.spares().keep(path)) {
                factory.disk().delete(path);
            }
        });
    }

    /** Renames durably (journal danger 7). */
    @Override
    public synchronized void renameTo(String newFileName) throws IOException {
        close(true, true);
        Path target = path.resolveSibling(newFileName);
        if (!target.equals(path)) {
            unlessFailed("rename to " + newFileName + " from", () -> {
                factory.disk().rename(path, target);
                factory.syncDirectory();
                path = target;
            });
        }
    }

    @Override
    public synchronized long size() throws IOException {
        long onDisk = factory.disk().size(path);
        if (!isRecordFile()) {
            return onDisk;
        }
        // While it is read all of it counts, also if it was made under a larger setting.
        return open == null ? factory.fileBytes() : Math.max(onDisk, factory.fileBytes());
    }

    @Override
    public synchronized void position(long newPosition) {
        position = newPosition;
    }

    @Override
    public synchronized long position() {
        return position;
    }

    @Override
    public void sync() throws IOException {
        factory.writer().sync();
    }

    @Override
    public int calculateBlockStart(int start) {
        return start;
    }

    @Override
    public synchronized String getFileName() {
        return nameOf(path);
    }

    @Override
    public synchronized File getJavaFile() {
        return new File(path.toAbsolutePath().toString());
    }

    @Override
    public synchronized SequentialFile cloneFile() {
        return new BatchingFile(factory, path);
    }

    @Override
    public ByteBuffer map(int from, long size) {
        throw new UnsupportedOperationException("this journal does not map files");
    }

    @Override
    public void copyTo(SequentialFile newFileName) {
        throw new UnsupportedOperationException("this journal does not copy files");
    }

    @Override
    public void setTimedBuffer(TimedBuffer buffer) {
        throw new UnsupportedOperationException("this journal has no timed buffer");
    }

    @Override
    public synchronized String toString() {
        return path.toString();
    }

    private boolean isRecordFile() {
        return JournalFiles.isRecordFile(nameOf(path));
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }

    private OpenFile requireOpen() throws IOException {
        if (open == null) {
            throw new IOException(path + " is not open");
        }
        return open;
    }
}
