/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordVisitor;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * A journal on a simulated disk, with what the listener heard and what the last load found.
 *
 * <p>Owned by the test's thread; the listener's part is thread safe.
 */
final class JournalFixture implements AutoCloseable {

    static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    static final UUID STORE = new UUID(1, 2);
    static final Path DIRECTORY = Path.of("/store/partition-00");
    static final JournalSettings SMALL = JournalSettings.DEFAULT.withFileBytes(64 * 1024);

    /** A live record: its first body and the newest replacement. */
    record Live(int kind, String body, int replacedKind, String replaced) {}

    final ExecutorService pool = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "journal-io");
        thread.setDaemon(true);
        return thread;
    });
    /** What the journal gets as its threads. */
    Executor io = pool;

    final JournalSettings settings;
    Disk disk;
    ArtemisPartitionJournal journal;
    LoadReport report;
    final Map<Long, Live> loaded = new TreeMap<>();
    volatile long durable;
    final AtomicInteger failures = new AtomicInteger();
    volatile JournalException failure;
    volatile LongConsumer onDurable = index -> {};

    JournalFixture(JournalSettings settings) {
        this(settings, new FaultyDisk());
        try {
            disk.createDirectories(DIRECTORY.getParent());
            disk.syncDirectory(Path.of("/"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    JournalFixture(JournalSettings settings, Disk disk) {
        this.settings = settings;
        this.disk = disk;
    }

    FaultyDisk faulty() {
        return (FaultyDisk) disk;
    }

    /** Makes a journal that is not loaded yet. */
    JournalFixture make() {
        durable = 0;
        failures.set(0);
        failure = null;
        journal = new ArtemisPartitionJournal(DIRECTORY, disk, KEY, STORE, 0, io, settings, new JournalListener() {
            @Override
            public void durable(long index) {
                assertThat(index).isGreaterThan(durable);
                assertThat(failures).hasValue(0);
                durable = index;
                onDurable.accept(index);
            }

            @Override
            public void failed(JournalException cause) {
                failure = cause;
                failures.incrementAndGet();
            }
        });
        return this;
    }

    /** Makes a journal and loads it. */
    JournalFixture open() throws JournalException {
        make();
        loaded.clear();
        report = journal.load(collector(loaded));
        return this;
    }

    static RecordVisitor collector(Map<Long, Live> into) {
        return new RecordVisitor() {
            @Override
            public void put(long id, int kind, ByteBuffer body) {
                assertThat(into.put(id, new Live(kind, text(body), 0, ""))).isNull();
            }

            @Override
            public void replace(long id, int kind, ByteBuffer body) {
                Live old = into.get(id);
                into.put(id, new Live(old.kind(), old.body(), kind, text(body)));
            }

            @Override
            public void remove(long id) {
                assertThat(into.remove(id)).isNotNull();
            }
        };
    }

    static String text(ByteBuffer body) {
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes.length > 64
                ? bytes.length + ":" + Arrays.hashCode(bytes)
                : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] bytes) {
        return text(ByteBuffer.wrap(bytes));
    }

    static RecordBody body(String text) {
        return RecordBody.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Appends and waits until it is durable. */
    long commit(Batch batch) throws JournalException {
        long index = journal.append(batch.durable());
        awaitDurable(index);
        return index;
    }

    void awaitDurable(long index) {
        await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> durable >= index || failure != null);
        assertThat(failure).isNull();
    }

    void awaitFailure() {
        await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> failure != null);
    }

    JournalFixture reopen() throws JournalException {
        journal.close();
        return open();
    }

    @Override
    public void close() throws JournalException {
        if (journal != null) {
            journal.close();
        }
        pool.shutdownNow();
    }
}
