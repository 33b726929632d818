/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.DIRECTORY;
import static io.peeklock.journal.artemis.JournalFixture.SMALL;
import static io.peeklock.journal.artemis.JournalFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.artemis.ReadRecord.What;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.Fault.Effect;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.FaultyDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a journal finds after the power was cut, in any moment of what it does (journal dangers 7 and 9).
 *
 * <p>Not thread safe.
 */
@Timeout(60)
final class JournalPowerCutTest extends JournalOnAFaultyDisk {

    @Test
    void keepsWholeFilesOfAcknowledgedRecords() throws JournalException {
        fixture.open();
        for (int id = 1; id <= 30; id++) {
            fixture.commit(new Batch().put(id, 1, RecordBody.of(new byte[10_000])));
        }
        assertThat(fixture.journal.statistics().files()).isGreaterThan(4);
        crash(Crash.keepNothing());
        assertThat(fixture.loaded).hasSize(30);
        assertThat(fixture.report.findings()).isEmpty();
    }

    @Test
    void neverLetsIdsBeUsedTwice() throws JournalException {
        fixture.open();
        for (int id = 1; id <= 300; id++) {
            fixture.commit(new Batch().put(id, 1, RecordBody.of(new byte[1000])));
            fixture.commit(new Batch().remove(id));
        }
        crash(Crash.keepNothing());
        assertThat(fixture.loaded).isEmpty();
        assertThat(fixture.report.maxRecordId()).isEqualTo(300);
    }

    @Test
    void anywhereInTheLastBatchLeavesAllOrNothingOfIt() throws Exception {
        openWithOneRecord();
        fixture.commit(new Batch().put(2, 1, body("two")));
        Batch last = new Batch();
        for (int id = 10; id < 15; id++) {
            last.put(id, 1, body("record " + id));
        }
        last.replace(1, 2, body("one again")).remove(2);
        fixture.journal.append(last);
        await().until(() -> fixture.journal.statistics().bytesInFlight() == 0);
        List<ReadRecord> records = new ArrayList<>();
        JournalReader.read(DIRECTORY, fixture.disk, JournalFixture.KEY, JournalFixture.STORE, 0, records::add);
        ReadRecord first =
                records.stream().filter(r -> r.id() == 10).findFirst().orElseThrow();
        ReadRecord head = records.stream()
                .filter(r -> r.what() == What.HEAD)
                .reduce((a, b) -> b)
                .orElseThrow();
        FaultyDisk running = fixture.faulty();
        for (long cut = first.position(); cut <= head.position() + head.length(); cut++) {
            FaultyDisk left = running.crash(Crash.keepEverything());
            left.zero(DIRECTORY.resolve(first.file()), cut, 5000);
            fixture.disk = left;
            fixture.open();
            boolean whole = cut >= head.position() + head.length();
            assertThat(fixture.loaded.keySet())
                    .as("cut at " + cut)
                    .isEqualTo(whole ? Set.of(1L, 10L, 11L, 12L, 13L, 14L) : Set.of(1L, 2L));
            assertThat(fixture.loaded.get(1L).replaced()).isEqualTo(whole ? "one again" : "");
            assertThat(fixture.report.findings()).as("cut at " + cut).isEmpty();
            assertThat(fixture.report.cleanlyClosed()).isFalse();
            fixture.journal.close();
        }
    }

    @Test
    void afterAFileWasReclaimedReportsNoGap() throws Exception {
        byte[] half = new byte[8120];
        fixture = new JournalFixture(SMALL.withFileBytes(16 * 1024).withReserveBytes(0));
        fixture.open();
        fixture.commit(new Batch().put(1, 1, RecordBody.of(new byte[8110])));
        fixture.reopen();
        // A file of batches without a head, all of them removed before the next checkpoint.
        fixture.commit(new Batch().put(3, 1, RecordBody.of(half)));
        fixture.commit(new Batch().put(4, 1, RecordBody.of(half)));
        fixture.commit(new Batch().remove(3).remove(4));
        fixture.commit(new Batch().put(5, 1, RecordBody.of(half)));
        fixture.commit(new Batch().put(6, 1, RecordBody.of(half)));
        fixture.journal.awaitReclaim();
        crash(Crash.keepEverything());
        assertThat(fixture.loaded.keySet()).containsExactly(1L, 5L, 6L);
        assertThat(fixture.report.findings()).isEmpty();
    }

    @Test
    void anywhereWhileFilesAreReclaimedLosesNothing() throws Exception {
        JournalSettings settings = SMALL.withFileBytes(16 * 1024)
                .withReserveBytes(0)
                .withCheckpointOperations(12)
                .withMarkInterval(Duration.ofMinutes(1));
        for (int changes = 1; ; changes += 3) {
            fixture = new JournalFixture(settings);
            fixture.open();
            for (int id = 1; id <= 20; id++) {
                fixture.journal.append(new Batch().put(id, 1, RecordBody.of(new byte[1500])));
            }
            fixture.commit(new Batch().put(21, 1, body("last")));
            fixture.faulty().cutPowerAfter(changes);
            List<Set<Long>> possible = removeOneAfterTheOther();
            fixture.journal.awaitReclaim();
            boolean done = !fixture.faulty().isOff();
            for (int seed = 1; seed <= 3; seed++) {
                FaultyDisk left = fixture.faulty().crash(Crash.keepRandom(seed));
                try (JournalFixture after = new JournalFixture(settings, left)) {
                    after.open();
                    String what = changes + " seed " + seed + " " + after.report.findings();
                    assertThat(possible).as(what).contains(after.loaded.keySet());
                    assertThat(after.report.findings()).as(what).isEmpty();
                }
            }
            close();
            if (done) {
                assertThat(changes).isGreaterThan(30);
                return;
            }
        }
    }

    /** Never asks for a sync, so that only the journal's own order keeps what is needed. */
    private List<Set<Long>> removeOneAfterTheOther() {
        List<Set<Long>> possible = new ArrayList<>();
        Set<Long> ids = new TreeSet<>(fixture.loaded.keySet());
        for (long id = 1; id <= 21; id++) {
            ids.add(id);
        }
        possible.add(new TreeSet<>(ids));
        for (long id = 1; id <= 20; id++) {
            try {
                fixture.journal.append(new Batch().remove(id));
                ids.remove(id);
                possible.add(new TreeSet<>(ids));
                fixture.journal.append(new Batch().put(100 + id, 1, RecordBody.of(new byte[3000])));
                ids.add(100 + id);
                possible.add(new TreeSet<>(ids));
            } catch (JournalException e) {
                assertThat(e).hasMessageContaining("power is off");
                // What failed may have come to the disk or not.
                ids.remove(id);
                possible.add(new TreeSet<>(ids));
                ids.add(100 + id);
                possible.add(new TreeSet<>(ids));
                return possible;
            }
        }
        return possible;
    }

    @Test
    void anywhereInACompactionLosesNothing() throws Exception {
        JournalFixture small = fixture;
        for (int changes = 1; ; changes += 1) {
            small = new JournalFixture(SMALL.withFileBytes(16 * 1024).withReserveBytes(0));
            fixture = small;
            small.open();
            for (int i = 1; i <= 60; i++) {
                small.journal.append(new Batch().put(i, 1, RecordBody.of(new byte[600])));
                small.journal.append(new Batch().replace(i, 2, body("state " + i)));
                if (i % 2 == 0) {
                    small.journal.append(new Batch().remove(i));
                }
            }
            small.commit(new Batch().put(1000, 1, body("last")));
            small.faulty().cutPowerAfter(changes);
            small.journal.compact();
            boolean done = !small.faulty().isOff();
            for (Crash crash : List.of(Crash.keepNothing(), Crash.keepEverything(), Crash.keepRandom(changes))) {
                FaultyDisk left = small.faulty().crash(crash);
                JournalFixture after = new JournalFixture(small.settings, left);
                try (after) {
                    after.open();
                    assertThat(after.loaded).as(changes + " " + crash).hasSize(31);
                    assertThat(after.loaded.get(59L).replaced()).isEqualTo("state 59");
                    assertThat(after.report.findings())
                            .as(changes + " " + crash)
                            .isEmpty();
                }
            }
            try {
                small.close();
            } catch (JournalException e) {
                assertThat(e).hasMessageContaining("power is off");
            }
            if (done) {
                assertThat(changes).isGreaterThan(10);
                return;
            }
        }
    }

    /** What was read was answered for: it must not depend on a cache that a killed process has left behind. */
    @Test
    void takesNothingBackThatWasLoadedAfterAKill() throws Exception {
        fixture = new JournalFixture(SMALL.withMarkInterval(Duration.ofHours(1)));
        openWithOneRecord();
        // Killed before any of these syncs.
        fixture.faulty().add(Fault.in(Operation.SYNC, Operation.SYNC_DIRECTORY).as(Effect.LOST));
        for (int id = 2; id <= 40; id++) {
            fixture.journal.append(new Batch().put(id, 1, RecordBody.of(new byte[9_000])));
        }
        await().until(() -> fixture.journal.statistics().bytesInFlight() == 0);
        fixture.faulty().heal();
        try (JournalFixture next = new JournalFixture(SMALL, fixture.disk)) {
            next.open();
            assertThat(next.loaded).hasSize(40);
            next.commit(new Batch().put(100, 1, body("after the kill")));
            FaultyDisk left = fixture.faulty().crash(Crash.keepNothing());
            try (JournalFixture last = new JournalFixture(SMALL, left)) {
                last.open();
                assertThat(last.report.findings()).isEmpty();
                assertThat(last.loaded).hasSize(41);
            }
        } catch (JournalException e) {
            assertThat(e).hasMessageContaining("power is off");
        }
    }
}
