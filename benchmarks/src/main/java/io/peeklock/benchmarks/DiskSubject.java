/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

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
final class DiskSubject implements Subject {

    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS = 2048;

    /** Without a journal there is nothing to delete from. */
    @Override
    public boolean takes(Workload workload) {
        return !workload.journalLoad().isNothing() && !workload.journalLoad().deletes();
    }

    @Override
    public List<Worker> open(Workload workload, Path directory) throws IOException {
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < workload.journalLoad().threads(); i++) {
            workers.add(new Overwriter(directory.resolve("file-" + i)));
        }
        return workers;
    }

    /** The workers have closed their files. */
    @Override
    public void close() {}

    /** Overwrites and syncs one block an operation. Owned by one thread. */
    private static final class Overwriter implements Worker {

        private final FileChannel channel;
        private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        private int next;

        Overwriter(Path file) throws IOException {
            channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            for (int i = 0; i < BLOCKS; i++) {
                writeNext();
            }
            channel.force(true);
        }

        @Override
        public long once() throws IOException {
            long start = System.nanoTime();
            writeNext();
            channel.force(false);
            return System.nanoTime() - start;
        }

        private void writeNext() throws IOException {
            block.clear();
            long position = (long) next * BLOCK_BYTES;
            while (block.hasRemaining()) {
                channel.write(block, position + block.position());
            }
            next = (next + 1) % BLOCKS;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
