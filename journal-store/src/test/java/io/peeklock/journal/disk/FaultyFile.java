/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import io.peeklock.journal.disk.Fault.Effect;
import io.peeklock.journal.disk.Fault.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Path;

/**
 * One opening of a file of a {@link FaultyDisk}.
 *
 * <p>Thread safe, under the disk's monitor. Like a real channel it is closed by an interrupted thread that uses it.
 */
final class FaultyFile implements DiskFile {

    private final FaultyDisk disk;
    private final Path path;
    private final SimulatedFile content;
    private final boolean writable;
    private boolean closed;

    FaultyFile(FaultyDisk disk, Path path, SimulatedFile content, boolean writable) {
        this.disk = disk;
        this.path = path;
        this.content = content;
        this.writable = writable;
        disk.opened();
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        disk.before(Operation.WRITE, path);
        synchronized (disk) {
            requireOpen();
            if (!writable) {
                throw new NonWritableChannelException();
            }
            Effect effect = disk.count(Operation.WRITE, path, true);
            int wanted = effect == Effect.SHORT ? Math.max(1, source.remaining() / 2) : source.remaining();
            long growth = Math.max(0, position + wanted - content.size());
            long free = disk.freeBytes();
            if (growth > free) {
                wanted = (int) Math.max(0, content.size() + free - position);
                if (wanted == 0) {
                    throw new IOException(path + ": No space left on device");
                }
            }
            byte[] bytes = new byte[wanted];
            source.get(bytes);
            disk.written(wanted);
            if (effect == Effect.LATE) {
                content.writeLate(position, bytes);
            } else if (effect != Effect.LOST) {
                content.write(position, bytes);
            }
            return wanted;
        }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        disk.before(Operation.READ, path);
        synchronized (disk) {
            requireOpen();
            disk.count(Operation.READ, path, false);
            byte[] bytes = content.read(position, target.remaining());
            target.put(bytes);
            return bytes.length == 0 && position >= content.size() ? -1 : bytes.length;
        }
    }

    @Override
    public void sync() throws IOException {
        disk.before(Operation.SYNC, path);
        synchronized (disk) {
            requireOpen();
            if (disk.count(Operation.SYNC, path, true) != Effect.LOST) {
                content.sync();
            }
        }
    }

    @Override
    public long size() throws IOException {
        synchronized (disk) {
            requireOpen();
            return content.size();
        }
    }

    @Override
    public void truncate(long size) throws IOException {
        disk.before(Operation.TRUNCATE, path);
        synchronized (disk) {
            requireOpen();
            if (disk.count(Operation.TRUNCATE, path, true) != Effect.LOST) {
                content.truncate(size);
            }
        }
    }

    @Override
    public boolean tryLock() throws IOException {
        disk.before(Operation.LOCK, path);
        synchronized (disk) {
            requireOpen();
            disk.count(Operation.LOCK, path, false);
            return content.lock(this);
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (disk) {
            if (!closed) {
                closed = true;
                disk.closed();
                content.unlock(this);
                disk.count(Operation.CLOSE, path, false);
            }
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (Thread.currentThread().isInterrupted()) {
            close();
            throw new ClosedByInterruptException();
        }
    }
}
