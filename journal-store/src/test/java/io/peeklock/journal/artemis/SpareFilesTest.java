/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.DIRECTORY;
import static io.peeklock.journal.artemis.JournalFixture.SMALL;
import static io.peeklock.journal.artemis.JournalFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.LoadedRecords;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskFile;
import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.Fault.Effect;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.FaultyDisk;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * When files are kept to be written over, when they are given back, and what fails then.
 *
 * <p>Not thread safe.
 */
@Timeout(60)
final class SpareFilesTest {

    private static final long KEPT = 1;
    private static final JournalSettings LONG =
            SMALL.withReserveBytes(0).withCheckpointOperations(40).withSpareTime(Duration.ofHours(1));

    private JournalFixture fixture = new JournalFixture(LONG);
    private ReusedFiles files = new ReusedFiles(fixture, KEPT);

    @AfterEach
    void close() {
        fixture.pool.shutdownNow();
    }

    private void open(JournalSettings settings) throws JournalException {
        fixture = new JournalFixture(settings);
        files = new ReusedFiles(fixture, KEPT);
        fixture.open();
        fixture.commit(new Batch().put(KEPT, 1, body("kept")));
    }

    private void fillUntilThereAreSpares() throws Exception {
        files.fill(100);
        while (ReusedFiles.spares(fixture.disk).isEmpty()) {
            files.fill(1);
        }
    }

    @Test
    void areGivenBackWhenNothingIsWritten() throws Exception {
        open(LONG.withSpareTime(Duration.ofMillis(20)));
        files.fill(200);
        await().untilAsserted(() -> assertThat(ReusedFiles.spares(fixture.disk)).isEmpty());
        fixture.journal.close();
    }

    @Test
    void areGivenBackByAJournalThatFails() throws Exception {
        open(LONG);
        fillUntilThereAreSpares();
        fixture.faulty()
                .add(Fault.in(Operation.WRITE)
                        .of(path -> path.toString().endsWith(".pjf"))
                        .as(Effect.NO_SPACE));
        assertThatThrownBy(() -> files.fill(1)).isInstanceOfAny(JournalException.class, AssertionError.class);
        await().untilAsserted(() -> assertThat(ReusedFiles.spares(fixture.disk)).isEmpty());
    }

    /** One partition may fill the disk while others have nothing to do. */
    @Test
    void areGivenBackByAllJournalsOfAStoreWhenItsDiskRunsShort() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        Path directory = Path.of("/store");
        StoreOptions options = StoreOptions.builder()
                .partitions(2)
                .fileSizeBytes(StoreOptions.MIN_FILE_SIZE_BYTES)
                .build();
        try (JournalStore store = ArtemisJournalStore.open(directory, options, disk, Clock.systemUTC())) {
            PartitionJournal idle = store.open(0, new JournalListener() {
                @Override
                public void durable(long index) {}

                @Override
                public void failed(JournalException cause) {}
            });
            idle.load(new LoadedRecords());
            Path folder = directory.resolve("partition-00");
            long id = 0;
            while (sparesIn(disk, folder) == 0) {
                for (int i = 0; i < 100; i++) {
                    id++;
                    idle.append(new Batch().put(id, 1, RecordBody.of(new byte[1000])));
                    idle.append(new Batch().remove(id));
                }
                long index = idle.append(
                        new Batch().put(id + 1, 1, body("")).remove(id + 1).durable());
                id++;
                await().pollInterval(Duration.ofMillis(1)).until(() -> idle.durableIndex() >= index);
            }
            disk.limitRoom(directory, StoreOptions.MIN_FILE_SIZE_BYTES);
            store.usableBytes(JournalStore.DEFINITIONS);
            // It goes on, so that it does not give them back because nothing is written.
            AtomicLong next = new AtomicLong(id);
            await().untilAsserted(() -> {
                idle.append(new Batch().put(next.incrementAndGet(), 1, body("")));
                assertThat(sparesIn(disk, folder)).isZero();
            });
        }
    }

    private static long sparesIn(Disk disk, Path folder) throws IOException {
        return disk.list(folder).stream().filter(JournalFiles::isSpare).count();
    }

    @Test
    void areNotNeededByALoad() throws Exception {
        open(LONG);
        fillUntilThereAreSpares();
        FaultyDisk left = fixture.faulty().crash(Crash.keepEverything());
        left.add(Fault.in(Operation.DELETE)
                .of(path -> path.toString().contains(JournalFiles.SPARE))
                .as(Effect.ACCESS_DENIED));
        try (JournalFixture after = new JournalFixture(LONG, left)) {
            after.open();
            assertThat(after.loaded).containsOnlyKeys(KEPT);
            assertThat(after.report.findings()).isEmpty();
            left.heal();
            after.reopen();
            assertThat(ReusedFiles.spares(left)).isEmpty();
        }
    }

    /** What is durable is durable: the next load clears the file. */
    @Test
    void aPreparedFileThatCannotBeClearedIsLeftToTheNextLoad() throws Exception {
        open(LONG);
        files.fillUntilThereAreRemains();
        Path inUse = ReusedFiles.inUse(fixture.disk);
        fixture.faulty()
                .add(Fault.in(Operation.TRUNCATE)
                        .of(path -> path.toString().endsWith(".pjf") && !path.endsWith(inUse.getFileName())));
        fixture.journal.close();
        fixture.faulty().heal();
        fixture.open();
        assertThat(fixture.report.cleanlyClosed()).isFalse();
        assertThat(fixture.report.findings()).isEmpty();
        assertThat(fixture.loaded).containsOnlyKeys(KEPT);
        fixture.reopen();
        assertThat(fixture.report.cleanlyClosed()).isTrue();
        fixture.journal.close();
    }

    @Test
    void areNotCountedAsFilesInUse() throws Exception {
        open(LONG);
        fillUntilThereAreSpares();
        assertThat(fixture.journal.statistics().files())
                .isEqualTo(JournalFiles.dataFiles(fixture.disk, DIRECTORY).size());
    }

    /** Windows refuses to put a file in the place of one that is open. */
    @Test
    void areNotPutInThePlaceOfAnOpenFile() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        disk.createDirectories(DIRECTORY.getParent());
        fixture = new JournalFixture(LONG, new Strict(disk).proxy());
        files = new ReusedFiles(fixture, KEPT);
        fixture.open();
        files.fill(300);
        assertThat(disk.calls(Operation.RENAME)).isPositive();
        assertThat(fixture.failure).isNull();
        fixture.journal.close();
    }

    /** A disk that lets no open file be replaced. */
    private static final class Strict {
        private final FaultyDisk disk;
        private final Map<Path, AtomicInteger> open = new ConcurrentHashMap<>();

        Strict(FaultyDisk disk) {
            this.disk = disk;
        }

        Disk proxy() {
            return (Disk) Proxy.newProxyInstance(Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, this::call);
        }

        private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
            if (method.getName().equals("rename")
                    && openings((Path) arguments[1]).get() > 0) {
                throw new AccessDeniedException(arguments[1] + " is open");
            }
            Object result = run(method, disk, arguments);
            if (result instanceof DiskFile file) {
                AtomicInteger openings = openings((Path) arguments[0]);
                openings.incrementAndGet();
                return Proxy.newProxyInstance(
                        DiskFile.class.getClassLoader(), new Class<?>[] {DiskFile.class}, (self, called, with) -> {
                            if (called.getName().equals("close")) {
                                openings.decrementAndGet();
                            }
                            return run(called, file, with);
                        });
            }
            return result;
        }

        private AtomicInteger openings(Path path) {
            return open.computeIfAbsent(path, name -> new AtomicInteger());
        }

        private static Object run(Method method, Object target, Object[] arguments) throws Throwable {
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }
}
