/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes down, outside the store, what one consumer is about to do and has done.
 *
 * <p>Owned by its consumer's thread; the stamps are shared by all consumers of the process.
 */
final class SideLog implements Closeable {

    static final String SUFFIX = ".log";

    private final FileChannel channel;
    private final AtomicLong stamps;

    private SideLog(FileChannel channel, AtomicLong stamps) {
        this.channel = channel;
        this.stamps = stamps;
    }

    /** Creates the log of one consumer; it must not be there yet. */
    static SideLog create(Path directory, String name, AtomicLong stamps) throws IOException {
        Path file = directory.resolve(name + SUFFIX);
        return new SideLog(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), stamps);
    }

    /** Stamps for the n-th process, all greater than those of the processes before it. */
    static AtomicLong stampsOfRun(int run) {
        return new AtomicLong((long) run << 40);
    }

    /** Notes a delivery. Not synced: the intent that follows is, and a killed process loses nothing that was written. */
    void received(ReceivedLine line) throws IOException {
        append(SideLogEntry.Kind.RECEIVED, line);
    }

    /** Notes that the line is about to be acknowledged; returns when that is on disk. */
    void intent(ReceivedLine line) throws IOException {
        append(SideLogEntry.Kind.INTENT, line);
        channel.force(false);
    }

    /** Notes that the line's {@code acknowledge()} has returned; returns when that is on disk. */
    void done(ReceivedLine line) throws IOException {
        append(SideLogEntry.Kind.DONE, line);
        channel.force(false);
    }

    /** Notes that the line came out of the dead-letter queue; returns when that is on disk. */
    void dead(ReceivedLine line) throws IOException {
        append(SideLogEntry.Kind.DEAD, line);
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void append(SideLogEntry.Kind kind, ReceivedLine line) throws IOException {
        SideLogEntry entry = new SideLogEntry(
                kind,
                line.number(),
                stamps.incrementAndGet(),
                line.deliveryCount(),
                line.sequenceNumber(),
                line.checksum());
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(entry.format() + "\n");
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
