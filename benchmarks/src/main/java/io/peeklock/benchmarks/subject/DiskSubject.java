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

/**
 * The disk and nothing else: each thread overwrites the blocks of a prewritten file of its own and syncs each one.
 *
 * <p>Not thread safe.
 */
public final class DiskSubject implements Subject {

    private static final int PAGE_BYTES = 4096;

    private static final int FILE_BYTES = 32 << 20;

    /** Transactions are what a journal makes of blocks. */
    @Override
    public boolean takes(Workload workload) {
        StorageLoad load = workload.storage();
        return switch (load.unit()) {
            case ADD, ADD_AND_DELETE -> load.records() == 1;
            case PREPARE_AND_COMMIT, FAN_OUT, NOTHING -> false;
        };
    }

    @Override
    public List<Worker> open(Workload workload, Path directory) throws IOException {
        StorageLoad load = workload.storage();
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < load.threads(); i++) {
            workers.add(new Overwriter(directory.resolve("file-" + i), pages(load.bodyBytes()), load.deletes()));
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

    /** Overwrites and syncs one block a turn, and a page for its deletion. Owned by one thread. */
    private static final class Overwriter implements Worker {

        private final FileChannel channel;
        private final ByteBuffer block;
        private final boolean deletes;
        private long position;

        Overwriter(Path file, int blockBytes, boolean deletes) throws IOException {
            this.deletes = deletes;
            block = ByteBuffer.allocateDirect(blockBytes);
            channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            while (position < FILE_BYTES) {
                writeNext(blockBytes);
            }
            channel.force(true);
        }

        @Override
        public long once() throws IOException {
            long start = System.nanoTime();
            writeNext(block.capacity());
            channel.force(false);
            if (deletes) {
                writeNext(PAGE_BYTES);
                channel.force(false);
            }
            return System.nanoTime() - start;
        }

        private void writeNext(int bytes) throws IOException {
            if (position >= FILE_BYTES) {
                position = 0;
            }
            block.clear().limit(bytes);
            while (block.hasRemaining()) {
                position += channel.write(block, position);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
