/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.SMALL;
import static io.peeklock.journal.artemis.JournalFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.Gate;
import java.lang.Thread.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a close promises: everything is on disk or it says so, nothing goes on behind it, and nothing stays open.
 *
 * <p>Not thread safe.
 */
@Timeout(60)
final class JournalCloseTest {

    private static final Predicate<Path> DATA = path -> path.toString().endsWith(".pjf");

    private JournalFixture fixture = new JournalFixture(SMALL);

    @AfterEach
    void close() throws JournalException {
        Thread.interrupted();
        fixture.faulty().heal();
        fixture.close();
    }

    private void openWithOneRecord() throws JournalException {
        fixture.open();
        fixture.commit(new Batch().put(1, 1, body("one")));
    }

    @Nested
    class OnADiskThatFailsIt {

        /** Written, and nobody has asked for a sync yet. */
        private void appendWithoutSync() throws JournalException {
            fixture.journal.append(new Batch().put(2, 1, body("two")));
            await().until(() -> fixture.journal.statistics().bytesInFlight() == 0);
        }

        @Test
        void saysThatWhatWasAppendedIsNotOnDisk() throws JournalException {
            openWithOneRecord();
            appendWithoutSync();
            fixture.faulty().add(Fault.in(Operation.SYNC).of(DATA));
            assertThatThrownBy(() -> fixture.journal.close())
                    .isInstanceOfSatisfying(
                            JournalException.class, e -> assertThat(e.reason()).isEqualTo(Reason.IO));
            assertThat(fixture.durable).isEqualTo(1);
            assertThat(fixture.journal.durableIndex()).isEqualTo(1);
        }

        @Test
        void isNotAClose() throws JournalException {
            openWithOneRecord();
            appendWithoutSync();
            fixture.faulty().add(Fault.in(Operation.SYNC).of(DATA));
            assertThatThrownBy(() -> fixture.journal.close()).isInstanceOf(JournalException.class);
            fixture.faulty().heal();
            fixture.open();
            assertThat(fixture.report.cleanlyClosed()).isFalse();
        }
    }

    @Nested
    class OnAnInterruptedThread {

        @Test
        void isAsCleanAsAnyAndKeepsTheInterrupt() throws JournalException {
            openWithOneRecord();
            fixture.journal.append(new Batch().put(2, 1, body("two")));
            Thread.currentThread().interrupt();
            fixture.journal.close();
            assertThat(Thread.interrupted()).isTrue();
            fixture.open();
            assertThat(fixture.report.cleanlyClosed()).isTrue();
            assertThat(fixture.loaded.keySet()).containsExactly(1L, 2L);
        }

        @Test
        void aLoadIsWhole() throws JournalException {
            openWithOneRecord();
            fixture.journal.close();
            Thread.currentThread().interrupt();
            fixture.open();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(fixture.loaded.keySet()).containsExactly(1L);
            fixture.commit(new Batch().put(2, 1, body("two")));
        }
    }

    @Nested
    class ASecondOne {

        @Test
        void waitsForTheFirst() throws Exception {
            // So that after the first one only a close writes the mark.
            fixture = new JournalFixture(SMALL.withMarkInterval(Duration.ofHours(1)));
            openWithOneRecord();
            MarkFile marks = new MarkFile(
                    fixture.disk,
                    JournalFixture.DIRECTORY,
                    JournalFixture.STORE,
                    0,
                    new BodyMask(JournalFixture.KEY).check());
            await().until(() -> {
                Mark mark = marks.read();
                return mark != null && mark.maxRecordId() == 1;
            });
            try (Gate gate = fixture.faulty().hold(Operation.SYNC, path -> path.endsWith(MarkFile.NAME))) {
                AtomicBoolean let = new AtomicBoolean();
                Future<Boolean> first = fixture.pool.submit(closing(let));
                await().until(() -> gate.waiting() > 0);
                FutureTask<Boolean> second = new FutureTask<>(closing(let));
                Thread closer = new Thread(second);
                closer.start();
                await().until(() -> closesThatWait() == 2 || closer.getState() == State.TERMINATED);
                let.set(true);
                gate.open();
                assertThat(first.get()).isTrue();
                assertThat(second.get()).isTrue();
            }
        }

        private long closesThatWait() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("peeklock-journal-io-close"))
                    .filter(thread -> thread.getState() == State.WAITING)
                    .count();
        }

        /** Says whether the close was let go when it returned. */
        private Callable<Boolean> closing(AtomicBoolean let) {
            return () -> {
                fixture.journal.close();
                return let.get();
            };
        }
    }

    @Nested
    class LeavesNoFileOpen {

        private void assertNothingIsOpen() {
            assertThat(fixture.faulty().openFiles()).isZero();
        }

        private void fill(int from, int to) throws JournalException {
            for (int id = from; id < to; id++) {
                fixture.commit(new Batch().put(id, 1, RecordBody.of(new byte[9_000])));
            }
        }

        @Test
        void ofAJournalOfManyFiles() throws JournalException {
            openWithOneRecord();
            fill(10, 60);
            fixture.journal.compact();
            fixture.journal.close();
            assertNothingIsOpen();
        }

        @Test
        void ofAJournalThatHasFailed() throws JournalException {
            openWithOneRecord();
            fill(10, 30);
            fixture.faulty().add(Fault.in(Operation.WRITE).of(DATA));
            fixture.journal.append(new Batch().put(2, 1, body("two")).durable());
            fixture.awaitFailure();
            fixture.journal.close();
            assertNothingIsOpen();
        }

        @Test
        void ofAJournalWhoseCompactionFailedAnywhere() throws Exception {
            for (int changes = 0; ; changes++) {
                JournalFixture other =
                        new JournalFixture(SMALL.withFileBytes(16 * 1024).withReserveBytes(0));
                other.open();
                for (int id = 1; id < 40; id++) {
                    other.journal.append(new Batch().put(id, 1, RecordBody.of(new byte[1_000])));
                }
                other.commit(new Batch().put(100, 1, body("last")));
                other.faulty()
                        .add(Fault.in(Operation.WRITE, Operation.SYNC, Operation.RENAME, Operation.DELETE)
                                .skip(changes)
                                .once());
                other.journal.compact();
                boolean failed = other.failure != null;
                failed |= !isClosedWell(other);
                assertThat(other.faulty().openFiles())
                        .as("failed after " + changes)
                        .isZero();
                if (!failed && changes > 100) {
                    return;
                }
            }
        }

        private boolean isClosedWell(JournalFixture other) {
            try {
                other.close();
                return true;
            } catch (JournalException e) {
                return false;
            }
        }

        @Test
        void ofAJournalThatCouldNotBeMade() throws Exception {
            for (int skip = 0; ; skip++) {
                try (JournalFixture other = new JournalFixture(SMALL)) {
                    other.open();
                    other.faulty()
                            .add(Fault.in(Operation.WRITE, Operation.SYNC, Operation.SYNC_DIRECTORY)
                                    .skip(skip)
                                    .once());
                    boolean made = true;
                    try {
                        other.journal.append(new Batch().put(1, 1, body("one")).durable());
                        await().until(() -> other.durable == 1 || other.failure != null);
                        made = other.failure == null;
                    } catch (JournalException e) {
                        made = false;
                    }
                    try {
                        other.journal.close();
                    } catch (JournalException e) {
                        made = false;
                    }
                    assertThat(other.faulty().openFiles())
                            .as("failed after " + skip)
                            .isZero();
                    if (made) {
                        assertThat(skip).isGreaterThan(5);
                        return;
                    }
                }
            }
        }

        @Test
        void ofAJournalThatCouldNotBeLoaded() throws Exception {
            openWithOneRecord();
            fill(10, 20);
            fixture.journal.close();
            for (int skip = 0; ; skip++) {
                fixture.faulty()
                        .add(Fault.in(Operation.READ, Operation.OPEN)
                                .of(DATA)
                                .skip(skip)
                                .once());
                boolean loaded = true;
                try {
                    fixture.open();
                } catch (JournalException e) {
                    loaded = false;
                }
                fixture.journal.close();
                fixture.faulty().heal();
                assertThat(fixture.faulty().openFiles())
                        .as("failed after " + skip)
                        .isZero();
                if (loaded && skip > 10) {
                    return;
                }
            }
        }
    }
}
