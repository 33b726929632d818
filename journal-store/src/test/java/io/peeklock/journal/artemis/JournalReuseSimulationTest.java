/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.DIRECTORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.artemis.JournalFolder.Region;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.Fault.Effect;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.FaultyDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random queues that go through many files, which are written over; then the power goes, a call fails, or a byte near the
 * border between own records and those of a former use is damaged.
 *
 * <p>Not thread safe. A failure names its seed; {@code -Dpeeklock.reuse.seeds} runs that many.
 */
@Timeout(180)
final class JournalReuseSimulationTest {

    private static final long SEEDS = Long.getLong("peeklock.reuse.seeds", 60);
    private static final int MOST_STEPS = 150;
    private static final Operation[] OPERATIONS = {
        Operation.WRITE,
        Operation.SYNC,
        Operation.TRUNCATE,
        Operation.RENAME,
        Operation.SYNC_DIRECTORY,
        Operation.OPEN,
        Operation.DELETE,
        Operation.CLOSE
    };
    private static final Effect[] EFFECTS = {Effect.IO_ERROR, Effect.NO_SPACE, Effect.SHORT};

    private JournalFixture fixture = new JournalFixture(JournalSettings.DEFAULT);
    private final TreeSet<Long> live = new TreeSet<>();
    private final Set<Long> unsure = new TreeSet<>();
    private final Set<Long> lastStep = new TreeSet<>();
    private long lastId;
    private int withRemains;
    private int withSpares;

    @AfterEach
    void close() {
        fixture.pool.shutdownNow();
    }

    private void begin(Random random, boolean marked) throws Exception {
        fixture = new JournalFixture(JournalSettings.DEFAULT
                .withFileBytes(16 * 1024)
                .withReserveBytes(0)
                .withCheckpointOperations(10 + random.nextInt(60))
                .withCompactMinFiles(3)
                .withMarkInterval(marked ? Duration.ZERO : Duration.ofMinutes(1)));
        fixture.open();
        live.clear();
        unsure.clear();
        lastId = 0;
        for (int i = 60 + random.nextInt(200); i > 0; i--) {
            step(random);
        }
    }

    /** Puts one record and removes the oldest if there are enough; whether it became durable. */
    private boolean step(Random random) throws JournalException {
        long victim = live.size() > 3 + random.nextInt(10) ? live.first() : 0;
        lastId++;
        int size = switch (random.nextInt(10)) {
            case 0 -> 6000;
            case 1, 2, 3 -> 10;
            default -> random.nextInt(2000);
        };
        Batch batch = new Batch().put(lastId, 1, RecordBody.of(new byte[size]));
        unsure.add(lastId);
        if (victim > 0) {
            batch.remove(victim);
            unsure.add(victim);
        }
        lastStep.clear();
        lastStep.addAll(unsure);
        long index = fixture.journal.append(batch.durable());
        while (fixture.durable < index && fixture.failure == null) {
            Thread.onSpinWait();
        }
        if (fixture.durable < index) {
            return false;
        }
        live.add(lastId);
        live.remove(victim);
        unsure.clear();
        if (random.nextInt(25) == 0) {
            fixture.journal.compact();
        }
        return true;
    }

    /** Goes on until something fails, or long enough. */
    private void goOn(Random random) {
        try {
            int steps = MOST_STEPS;
            while (steps > 0 && step(random)) {
                steps--;
            }
        } catch (JournalException | RuntimeException e) {
            // What was appended last may be there or not: it is among the unsure.
            assertThat(unsure).isNotEmpty();
        }
    }

    private static Crash crash(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Crash.keepNothing();
            case 1 -> Crash.keepEverything();
            case 2 -> Crash.keepRandom(random.nextLong());
            default -> Crash.tear(random.nextLong());
        };
    }

    private FaultyDisk kill(Crash crash) throws Exception {
        FaultyDisk left = fixture.faulty().crash(crash);
        endWithoutPower();
        withRemains += hasRemains(left) ? 1 : 0;
        withSpares += ReusedFiles.spares(left).isEmpty() ? 0 : 1;
        return left;
    }

    private void endWithoutPower() {
        try {
            fixture.journal.close();
        } catch (JournalException e) {
            assertThat(e).isNotNull();
        }
        fixture.pool.shutdownNow();
    }

    private static boolean hasRemains(FaultyDisk disk) throws Exception {
        for (String name : JournalFiles.dataFiles(disk, DIRECTORY)) {
            Path file = DIRECTORY.resolve(name);
            if (disk.size(file) > RecordScanner.FILE_HEADER_BYTES
                    && !ReusedFiles.formerIds(disk, file).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private void assertNothingWrong(FaultyDisk left, boolean reportedIfLost, String where) throws Exception {
        try (JournalFixture after = new JournalFixture(fixture.settings, left)) {
            assertThatNoException().as(where).isThrownBy(after::open);
            Set<Long> lost = new TreeSet<>(live);
            lost.removeAll(after.loaded.keySet());
            lost.removeAll(unsure);
            Set<Long> back = new TreeSet<>(after.loaded.keySet());
            back.removeAll(live);
            back.removeAll(unsure);
            assertThat(back).as(where).isEmpty();
            if (!reportedIfLost || after.report.findings().isEmpty()) {
                assertThat(lost).as(where).isEmpty();
                assertThat(after.report.findings()).as(where).isEmpty();
            }
            after.commit(new Batch().put(lastId + 1, 1, JournalFixture.body("next")));
            after.journal.close();
            assertThat(hasRemains(left)).as(where).isFalse();
            assertThat(ReusedFiles.spares(left)).as(where).isEmpty();
        }
    }

    @Test
    void losesNothingWhenThePowerGoes() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            begin(random, random.nextBoolean());
            fixture.faulty().cutPowerAfter(1 + random.nextInt(150));
            goOn(random);
            Crash crash = crash(random);
            assertNothingWrong(kill(crash), false, "seed " + seed + ", " + crash);
        }
        assertThat(withRemains).isPositive();
        assertThat(withSpares).isPositive();
    }

    @Test
    void losesNothingWhenACallFails() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            begin(random, random.nextBoolean());
            Operation operation = OPERATIONS[random.nextInt(OPERATIONS.length)];
            Effect effect = EFFECTS[random.nextInt(EFFECTS.length)];
            boolean frequent = operation == Operation.WRITE || operation == Operation.SYNC;
            fixture.faulty()
                    .add(Fault.in(operation)
                            .skip(random.nextInt(frequent ? 150 : 15))
                            .once()
                            .as(effect));
            goOn(random);
            boolean closedWell = random.nextInt(3) == 0 && closeWell();
            Crash crash = closedWell ? Crash.keepNothing() : crash(random);
            assertNothingWrong(
                    kill(crash),
                    false,
                    "seed " + seed + ", " + operation + " " + effect + ", closed well " + closedWell);
        }
        assertThat(withRemains).isPositive();
    }

    private boolean closeWell() {
        try {
            fixture.journal.close();
            return fixture.failure == null;
        } catch (JournalException e) {
            return false;
        }
    }

    /** One byte of the last record, or of what is behind it: what is lost by it is told. */
    @Test
    void tellsWhatDamageAtTheBorderTakes() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            begin(random, true);
            goOn(random);
            fixture.journal.awaitReclaim();
            FaultyDisk left = kill(Crash.keepEverything());
            Path file = ReusedFiles.inUse(left);
            Region last = ReusedFiles.last(left, file);
            int position = last.position() + random.nextInt(last.length() + 40);
            int bit = random.nextInt(8);
            if (position < left.size(file)) {
                left.flipBit(file, position, bit);
            }
            // The mark may be one group behind, and no further.
            unsure.addAll(lastStep);
            assertNothingWrong(left, true, "seed " + seed + ", bit " + bit + " at " + position + " of " + file);
        }
        assertThat(withRemains).isPositive();
    }
}
