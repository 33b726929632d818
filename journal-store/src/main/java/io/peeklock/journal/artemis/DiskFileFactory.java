/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskFile;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.activemq.artemis.core.io.SequentialFile;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the Artemis journal its files, all of them on a {@link Disk}.
 *
 * <p>Thread safe.
 */
final class DiskFileFactory implements SequentialFileFactory {

    private static final Logger LOG = LoggerFactory.getLogger(DiskFileFactory.class);
    // On a disk that is nearly full, room is for records.
    private static final int PLENTY_FILES = 16;
    // What a checkpoint or a compaction lets go at a time, about.
    private static final int MOST_SPARES = 4;

    private final Disk disk;
    private final Path directory;
    private final JournalSettings settings;
    private final GroupWriter writer;
    private final SpareFiles spares;
    private final Set<OpenFile> open = ConcurrentHashMap.newKeySet();
    private final Set<BatchingFile> reused = ConcurrentHashMap.newKeySet();
    private volatile boolean busy;

    DiskFileFactory(Disk disk, Path directory, JournalSettings settings, GroupWriter writer) {
        this.disk = disk;
        this.directory = directory;
        this.settings = settings;
        this.writer = writer;
        this.spares = new SpareFiles(disk, directory, settings.fileBytes(), MOST_SPARES);
    }

    Path directory() {
        return directory;
    }

    Disk disk() {
        return disk;
    }

    GroupWriter writer() {
        return writer;
    }

    int fileBytes() {
        return settings.fileBytes();
    }

    /** How many zeros are synced at a time. */
    int fillStepBytes() {
        return settings.fillStepBytes();
    }

    SpareFiles spares() {
        return spares;
    }

    /** Hears of a file that takes the place of a former one, of which something is left in it. */
    void reused(BatchingFile file) {
        reused.removeIf(BatchingFile::isWithoutRemains);
        reused.add(file);
    }

    /** Leaves nothing of former uses; at the end, when all files are closed. */
    void removeRemains() {
        reused.forEach(BatchingFile::removeRemains);
        reused.clear();
        try {
            spares.release();
        } catch (IOException e) {
            // The next load deletes them.
            LOG.debug("cannot delete spare files in {}", directory, e);
        }
    }

    /** Whether there is so much room that files are kept or filled before they are needed. */
    boolean hasPlenty() throws IOException {
        return busy && disk.usableBytes(directory) / PLENTY_FILES > settings.fileBytes();
    }

    /** How much of a new file is on disk at once: little for a journal that is hardly used, all of it for a busy one. */
    int firstFillBytes() throws IOException {
        return hasPlenty() ? settings.fileBytes() : settings.firstFillBytes();
    }

    /** A file was filled with records: those made from now on are filled with zeros before they are needed. */
    void becomeBusy() {
        busy = true;
    }

    /** Opens a file, which counts as open until it is closed. */
    OpenFile open(Path path) throws IOException {
        DiskFile file = disk.open(path, true);
        try {
            OpenFile opened = new OpenFile(file, settings.fileBytes(), open::remove);
            open.add(opened);
            return opened;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Closes what nobody will close any more: a compaction that failed leaves its file open. */
    void closeAll() {
        for (OpenFile file : List.copyOf(open)) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("cannot close a file of a journal that has ended", e);
            }
        }
    }

    void syncDirectory() throws IOException {
        disk.syncDirectory(directory);
    }

    @Override
    public SequentialFile createSequentialFile(String fileName) {
        return new BatchingFile(this, directory.resolve(fileName));
    }

    @Override
    public List<String> listFiles(String extension) throws IOException {
        if (extension.equals(JournalFiles.EXTENSION)) {
            return JournalFiles.dataFiles(disk, directory);
        }
        return disk.list(directory).stream()
                .filter(name -> name.endsWith("." + extension))
                .toList();
    }

    /** Latches the journal as failed (journal dangers 1 and 2). */
    @Override
    public void onIOError(Throwable exception, String message, @Nullable String file) {
        writer.fail(String.valueOf(message), exception);
    }

    @Override
    public int getMaxIO() {
        return 1;
    }

    @Override
    public boolean isSupportsCallbacks() {
        return false;
    }

    // Heap, so that it goes with its user; files are read and written in parts.

    @Override
    public ByteBuffer allocateDirectBuffer(int size) {
        return ByteBuffer.allocate(size);
    }

    @Override
    public void releaseDirectBuffer(ByteBuffer buffer) {}

    @Override
    public ByteBuffer newBuffer(int size) {
        return ByteBuffer.allocate(size);
    }

    @Override
    public void releaseBuffer(ByteBuffer buffer) {}

    @Override
    public void clearBuffer(ByteBuffer buffer) {
        buffer.clear();
        while (buffer.hasRemaining()) {
            buffer.put((byte) 0);
        }
        buffer.rewind();
    }

    @Override
    public ByteBuffer wrapBuffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes);
    }

    @Override
    public void activateBuffer(SequentialFile file) {}

    @Override
    public void deactivateBuffer() {}

    @Override
    public int getAlignment() {
        return 1;
    }

    @Override
    public SequentialFileFactory setAlignment(int alignment) {
        return this;
    }

    @Override
    public int calculateBlockSize(int bytes) {
        return bytes;
    }

    @Override
    public File getDirectory() {
        return new File(directory.toString());
    }

    @Override
    public void createDirs() throws IOException {
        disk.createDirectoriesDurably(directory);
    }

    @Override
    public void start() {}

    @Override
    public void stop() {}

    @Override
    public void flush() {}

    @Override
    public SequentialFileFactory setDatasync(boolean enabled) {
        return this;
    }

    @Override
    public boolean isDatasync() {
        return true;
    }

    @Override
    public long getBufferSize() {
        return settings.fileBytes();
    }
}
