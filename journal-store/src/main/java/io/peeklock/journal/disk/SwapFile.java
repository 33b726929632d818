/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.SwapSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Swap space in files of its own beside a journal, readable by the owner alone, deleted when opened and when closed
 * (journal danger 15).
 *
 * <p>Thread rule of {@link SwapSpace}. Contents lie in segments of 8 MiB, in blocks of 256 bytes; a larger content has a
 * segment of its own. Freed blocks are taken again, in the oldest segments first; a segment that becomes empty is deleted,
 * but for one. Each content is preceded by
 *
 * <pre>
 *  0               8       12       16       20
 * +---------------+-------+--------+--------+---------
 * | handle        | bytes | crc32c | crc32c | content
 * +---------------+-------+--------+--------+---------
 * </pre>
 *
 * where the first checksum is over handle, number of bytes and the content's start, the second over the whole content too. So neither damage nor a handle that was freed gives
 * anything wrong. A handle is positive: the number of the segment (31 bits), never used twice, the first block (16) and a
 * generation (16) that tells apart what lies in one place one after the other.
 */
public final class SwapFile implements SwapSpace {

    static final int BLOCK_BYTES = 256;
    private static final int BLOCKS = 8 * 1024 * 1024 / BLOCK_BYTES;
    private static final int READ_AT_ONCE_BYTES = SwapRun.HEADER_BYTES + START_BYTES;
    private static final int READ_TOGETHER_BLOCKS = 256 * 1024 / BLOCK_BYTES;
    private static final String PREFIX = "bodies-";
    private static final String SUFFIX = ".swap";
    private static final Logger LOG = LoggerFactory.getLogger(SwapFile.class);

    private final Disk disk;
    private final Path directory;
    private final ConcurrentNavigableMap<Integer, SwapSegment> segments = new ConcurrentSkipListMap<>();
    /** Those in which a search for free blocks is worth it. */
    private final NavigableMap<Integer, SwapSegment> withRoom = new TreeMap<>();

    private final SwapRun run = new SwapRun();
    private final AtomicLong diskBytes = new AtomicLong();
    private int lastSegment;
    private int emptySegments;
    private volatile boolean closed;

    private SwapFile(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /**
     * Opens empty swap space in this directory, which is made with the first write if it is not there. What a crash left
     * in it is deleted.
     */
    public static SwapFile open(Disk disk, Path directory) throws JournalException {
        SwapFile swap = new SwapFile(disk, directory);
        try {
            for (String name : disk.list(directory)) {
                if (name.startsWith(PREFIX) && name.endsWith(SUFFIX)) {
                    disk.delete(directory.resolve(name));
                }
            }
        } catch (IOException e) {
            throw DiskErrors.because("cannot empty the swap directory " + directory, e);
        }
        return swap;
    }

    @Override
    public long[] write(List<ByteBuffer> contents) throws JournalException {
        requireOpen();
        long[] handles = new long[contents.size()];
        int placed = 0;
        try {
            for (ByteBuffer content : contents) {
                SwapSegment segment = place(content, handles, placed);
                run.add(segment, handles[placed++], content);
            }
            run.write();
            return handles;
        } catch (IOException e) {
            run.forget();
            for (int i = 0; i < placed; i++) {
                free(handles[i]);
            }
            throw DiskErrors.because("cannot write to the swap in " + directory, e);
        }
    }

    /** Takes blocks for a content and sets its handle. */
    private SwapSegment place(ByteBuffer content, long[] handles, int index) throws IOException {
        int blocks = blocks(content.remaining());
        for (Iterator<SwapSegment> candidates = withRoom.values().iterator(); candidates.hasNext(); ) {
            SwapSegment candidate = candidates.next();
            boolean wasEmpty = candidate.isEmpty();
            long before = candidate.end();
            int start = candidate.take(blocks);
            if (start >= 0) {
                emptySegments -= wasEmpty ? 1 : 0;
                diskBytes.addAndGet((candidate.end() - before) * BLOCK_BYTES);
                handles[index] = handle(candidate.number(), start, candidate.generation(start));
                return candidate;
            }
            if (candidate.isAlmostFull()) {
                candidates.remove();
            }
        }
        SwapSegment created = create(Math.max(BLOCKS, blocks));
        int start = created.take(blocks);
        diskBytes.addAndGet((long) created.end() * BLOCK_BYTES);
        handles[index] = handle(created.number(), start, created.generation(start));
        return created;
    }

    private SwapSegment create(int blocks) throws IOException {
        int number = Math.addExact(lastSegment, 1);
        disk.createDirectories(directory);
        SwapSegment segment = new SwapSegment(number, blocks, disk.open(path(number), true));
        lastSegment = number;
        segments.put(number, segment);
        withRoom.put(number, segment);
        return segment;
    }

    @Override
    public byte[] read(long handle) throws JournalException {
        return read(handle, Integer.MAX_VALUE);
    }

    @Override
    public byte[] readStart(long handle) throws JournalException {
        return read(handle, START_BYTES);
    }

    private byte[] read(long handle, int maxBytes) throws JournalException {
        requireOpen();
        SwapSegment segment = segments.get(segment(handle));
        if (segment == null) {
            throw wrong(handle, "its file is gone: it was freed");
        }
        try {
            return read(segment, handle, maxBytes);
        } catch (IOException e) {
            requireOpen();
            if (!segments.containsKey(segment.number())) {
                throw wrong(handle, "its file is gone: it was freed");
            }
            throw DiskErrors.because("cannot read the swap " + path(segment.number()), e);
        }
    }

    private byte[] read(SwapSegment segment, long handle, int maxBytes) throws IOException, JournalException {
        long position = (long) start(handle) * BLOCK_BYTES;
        ByteBuffer first = ByteBuffer.allocate(READ_AT_ONCE_BYTES);
        segment.file().readFully(first, position);
        first.flip();
        if (first.remaining() < SwapRun.HEADER_BYTES || first.getLong() != handle) {
            throw wrong(handle, "something else lies there");
        }
        int length = first.getInt();
        SwapRun.Checksums written = new SwapRun.Checksums(first.getInt(), first.getInt());
        if (length < 0
                || (length > first.remaining() && length > segment.file().size() - position - SwapRun.HEADER_BYTES)) {
            throw wrong(handle, "its length is damaged");
        }
        byte[] content = new byte[Math.min(length, maxBytes)];
        int had = Math.min(first.remaining(), content.length);
        first.get(content, 0, had);
        ByteBuffer rest = ByteBuffer.wrap(content, had, content.length - had);
        segment.file().readFully(rest, position + SwapRun.HEADER_BYTES + had);
        SwapRun.Checksums found = SwapRun.checksums(handle, length, ByteBuffer.wrap(content));
        boolean whole = content.length == length;
        if (rest.hasRemaining()
                || found.ofStart() != written.ofStart()
                || (whole && found.ofAll() != written.ofAll())) {
            throw wrong(handle, "its checksum does not match");
        }
        return content;
    }

    /** One read gives what lies behind the first content in the same segment, whatever lies between. */
    @Override
    public List<byte[]> readTogether(long[] handles, int[] bytes) throws JournalException {
        requireOpen();
        int first = start(handles[0]);
        int end = first + blocks(bytes[0]);
        int count = 1;
        while (count < handles.length && segment(handles[count]) == segment(handles[0])) {
            int endOfNext = start(handles[count]) + blocks(bytes[count]);
            if (start(handles[count]) < end || endOfNext - first > READ_TOGETHER_BLOCKS) {
                break;
            }
            end = endOfNext;
            count++;
        }
        SwapSegment segment = segments.get(segment(handles[0]));
        List<byte[]> contents =
                count == 1 || segment == null ? List.of() : readTogether(segment, handles, bytes, count, end);
        // One alone, or one that is not as it should be: read by itself it says what is wrong.
        return contents.isEmpty() ? List.of(read(handles[0])) : contents;
    }

    /** As many of the first contents as are whole. */
    private List<byte[]> readTogether(SwapSegment segment, long[] handles, int[] bytes, int count, int end) {
        int first = start(handles[0]);
        ByteBuffer read = ByteBuffer.allocate((end - first) * BLOCK_BYTES);
        try {
            segment.file().readFully(read, (long) first * BLOCK_BYTES);
        } catch (IOException e) {
            LOG.debug("Cannot read contents together from {}", path(segment.number()), e);
            return List.of();
        }
        read.flip();
        List<byte[]> contents = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] content = SwapRun.contentAt(read, (start(handles[i]) - first) * BLOCK_BYTES, handles[i], bytes[i]);
            if (content == null) {
                break;
            }
            contents.add(content);
        }
        return contents;
    }

    private JournalException wrong(long handle, String why) {
        return new JournalException(
                Reason.CORRUPT,
                "the swap " + path(segment(handle)) + " has not what was written at block " + start(handle) + ": "
                        + why);
    }

    @Override
    public void free(long handle) {
        SwapSegment segment = segments.get(segment(handle));
        if (closed || segment == null || !segment.isTaken(start(handle), (char) handle)) {
            assert closed : "freed twice: " + handle;
            return;
        }
        release(segment, start(handle), segment.takenFrom(start(handle)));
    }

    private void release(SwapSegment segment, int start, int blocks) {
        segment.free(start, blocks);
        if (!segment.isAlmostFull()) {
            withRoom.put(segment.number(), segment);
        }
        if (!segment.isEmpty()) {
            return;
        }
        if (emptySegments > 0 || segment.end() > BLOCKS) {
            segments.remove(segment.number());
            withRoom.remove(segment.number());
            diskBytes.addAndGet(-(long) segment.end() * BLOCK_BYTES);
            delete(segment);
        } else {
            emptySegments++;
        }
    }

    private void delete(SwapSegment segment) {
        try {
            segment.close();
            disk.delete(path(segment.number()));
        } catch (IOException e) {
            // It is deleted by the next opening at the latest.
            LOG.warn("Cannot delete the swap file {}: {}", path(segment.number()), e.toString());
        }
    }

    @Override
    public long diskBytes() {
        return diskBytes.get();
    }

    private void requireOpen() throws JournalException {
        if (closed) {
            throw new JournalException(Reason.CLOSED, "the swap " + directory + " was closed");
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Map.Entry<Integer, SwapSegment> entry : segments.entrySet()) {
            if (segments.remove(entry.getKey(), entry.getValue())) {
                delete(entry.getValue());
            }
        }
        diskBytes.set(0);
    }

    private Path path(int segment) {
        return directory.resolve(String.format(Locale.ROOT, "%s%08d%s", PREFIX, segment, SUFFIX));
    }

    private static int blocks(int length) {
        return (int) (((long) length + SwapRun.HEADER_BYTES + BLOCK_BYTES - 1) / BLOCK_BYTES);
    }

    private static long handle(int segment, int start, char generation) {
        return (long) segment << 32 | (long) start << 16 | generation;
    }

    private static int segment(long handle) {
        return (int) (handle >>> 32);
    }

    static int start(long handle) {
        return (int) (handle >>> 16) & 0xFFFF;
    }
}
