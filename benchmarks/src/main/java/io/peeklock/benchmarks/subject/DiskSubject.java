/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.subject;

import io.peeklock.benchmarks.workload.StorageLoad;
import io.peeklock.benchmarks.workload.Worker;
import io.peeklock.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The disk and nothing else: each thread overwrites blocks of a prewritten file and syncs each one. The file is its own, so
 * that as many syncs are under way at once as there are threads, or that of all, as the one of a journal is.
 *
 * <p>Not thread safe.
 */
public final class DiskSubject implements Subject {

    private static final int PAGE_BYTES = 4096;

    private static final int FILE_BYTES = 32 << 20;

    private final boolean oneFile;

    DiskSubject(boolean oneFile) {
        this.oneFile = oneFile;
    }

    /** Transactions are what a journal makes of blocks. One file is a limit of what one queue's senders and receivers share. */
    @Override
    public boolean takes(Workload workload) {
        StorageLoad load = workload.storage();
        if (oneFile && !load.deletes()) {
            return false;
        }
        return switch (load.unit()) {
            case ADD, ADD_AND_DELETE -> load.records() == 1;
            case PREPARE_AND_COMMIT, FAN_OUT, NOTHING -> false;
        };
    }

    @Override
    public List<Worker> open(Workload workload, Path directory) throws IOException {
        StorageLoad load = workload.storage();
        int blockBytes = pages(load.bodyBytes());
        List<Worker> workers = new ArrayList<>();
        Prewritten file = null;
        for (int i = 0; i < load.threads(); i++) {
            if (file == null || !oneFile) {
                file = new Prewritten(directory.resolve("file-" + i), blockBytes);
            }
            workers.add(new Overwriter(file, blockBytes, load.deletes()));
        }
        return workers;
    }

    /** The body in whole pages; what goes with it has room in the last of them, but where the body fills it. */
    private static int pages(int bodyBytes) {
        return (bodyBytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    }

    /** The workers have closed their files. */
    @Override
    public void close() {}

    /** A file whose blocks are there, and the place of the next one. Thread safe. */
    private static final class Prewritten {

        private final FileChannel channel;
        private final AtomicLong next = new AtomicLong();

        Prewritten(Path path, int blockBytes) throws IOException {
            channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            ByteBuffer block = ByteBuffer.allocateDirect(blockBytes);
            // The last block may begin anywhere before the end.
            for (long at = 0; at < FILE_BYTES + blockBytes; at += blockBytes) {
                write(block.clear(), at);
            }
            channel.force(true);
        }

        void writeNext(ByteBuffer block) throws IOException {
            write(block, next.getAndAdd(block.remaining()) % FILE_BYTES);
            channel.force(false);
        }

        private void write(ByteBuffer block, long position) throws IOException {
            long at = position;
            while (block.hasRemaining()) {
                at += channel.write(block, at);
            }
        }
    }

    /** Overwrites and syncs one block a turn, and a page for its deletion. Owned by one thread. */
    private static final class Overwriter implements Worker {

        private final Prewritten file;
        private final ByteBuffer block;
        private final boolean deletes;

        Overwriter(Prewritten file, int blockBytes, boolean deletes) {
            this.file = file;
            this.deletes = deletes;
            block = ByteBuffer.allocateDirect(blockBytes);
        }

        @Override
        public long once() throws IOException {
            long start = System.nanoTime();
            file.writeNext(block.clear());
            if (deletes) {
                file.writeNext(block.clear().limit(PAGE_BYTES));
            }
            return System.nanoTime() - start;
        }

        @Override
        public void close() throws IOException {
            file.channel.close();
        }
    }
}
