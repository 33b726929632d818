/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.artemis.JournalFixture.Live;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.FaultyDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories, closed or killed, then one damage of any kind, then a load, with power cuts in the middle of the repair:
 * whatever is served is what was there, and whatever is not served is named in a report.
 *
 * <p>Not thread safe. A failure names its seed; {@code -Dpeeklock.damage.seeds} runs that many.
 */
final class JournalDamageSimulationTest {

    private static final JournalSettings SETTINGS = JournalSettings.DEFAULT
            .withFileBytes(16 * 1024)
            .withCheckpointOperations(40)
            .withCompactMinFiles(3)
            .withReserveBytes(0)
            .withMarkInterval(Duration.ZERO);
    private static final int MOST_CALLS_BEFORE_A_POWER_CUT = 60;

    private JournalFixture fixture;
    private JournalModel model;
    private final List<Map<Path, byte[]>> olderCopies = new ArrayList<>();
    private final Set<Long> named = new HashSet<>();
    private boolean reported;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("peeklock.damage.seeds", 60));
    }

    @AfterEach
    void close() throws JournalException {
        fixture.close();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingWrongIsServedAndWhatIsMissingIsNamed(long seed) throws Exception {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        fixture = new JournalFixture(SETTINGS).open();
        model = new JournalModel(random, random.nextBoolean() ? 300 : 3000);
        write(random, 20 + random.nextInt(150));
        final Map<Long, Live> expected = new TreeMap<>(model.latest());
        boolean closed = random.nextBoolean();
        if (closed) {
            fixture.journal.close();
        } else {
            awaitMark();
        }
        FaultyDisk disk = fixture.faulty().crash(Crash.keepEverything());
        closeWithoutPower();
        String where = "seed " + seed + ", " + (closed ? "closed" : "killed") + ", "
                + new RandomDamage(disk, random, olderCopies).strike();
        fixture.disk = random.nextInt(3) == 0 ? loadWithoutPower(disk, random) : disk;
        fixture.open();
        takeReport();
        assertNothingWrong(expected, where);
        Map<Long, Live> first = new TreeMap<>(fixture.loaded);
        fixture.reopen();
        assertThat(fixture.report.findings()).as(where).isEmpty();
        assertThat(fixture.loaded).as(where).isEqualTo(first);
    }

    private void write(Random random, int steps) throws Exception {
        for (int step = 0; step < steps; step++) {
            int choice = random.nextInt(100);
            if (choice < 94) {
                fixture.journal.append(model.next());
            } else if (choice < 95) {
                fixture.journal.shrink();
            } else if (choice < 96) {
                fixture.journal.compact();
            } else if (choice < 98) {
                olderCopies.add(RandomDamage.copyOf(fixture.faulty()));
            } else {
                fixture.reopen();
                assertThat(fixture.report.findings()).isEmpty();
                model.adopt(fixture.loaded, fixture.report.maxRecordId());
            }
        }
        fixture.awaitDurable(fixture.journal.append(model.next().durable()));
    }

    /** A loss is named as far as the mark goes: here it goes all the way. */
    private void awaitMark() throws Exception {
        fixture.journal.awaitReclaim();
        await().during(Duration.ofMillis(5)).pollInterval(Duration.ofMillis(1)).until(() -> {
            MarkFile marks = new MarkFile(
                    fixture.disk,
                    JournalFixture.DIRECTORY,
                    JournalFixture.STORE,
                    0,
                    new BodyMask(JournalFixture.KEY).check());
            Mark mark = marks.read();
            return mark != null && mark.sequence() == lastSequence();
        });
    }

    private long lastSequence() throws Exception {
        long[] last = {0};
        JournalReader.read(
                JournalFixture.DIRECTORY,
                fixture.disk,
                JournalFixture.KEY,
                JournalFixture.STORE,
                0,
                record -> last[0] = Math.max(last[0], record.sequence()));
        return last[0];
    }

    /** Loads while the power fails, once or more often; returns the disk that is left. */
    private FaultyDisk loadWithoutPower(FaultyDisk damaged, Random random) throws Exception {
        FaultyDisk disk = damaged;
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            Crash crash = switch (random.nextInt(3)) {
                case 0 -> Crash.keepNothing();
                case 1 -> Crash.keepRandom(random.nextLong());
                default -> Crash.tear(random.nextLong());
            };
            disk.cutPowerAfter(random.nextInt(MOST_CALLS_BEFORE_A_POWER_CUT));
            fixture.disk = disk;
            try {
                fixture.open();
                takeReport();
            } catch (JournalException e) {
                assertThat(e).hasStackTraceContaining("power is off");
            }
            FaultyDisk left = disk.crash(crash);
            closeWithoutPower();
            disk = left;
        }
        return disk;
    }

    private void closeWithoutPower() {
        try {
            fixture.journal.close();
        } catch (JournalException e) {
            assertThat(e).hasStackTraceContaining("power is off");
        }
    }

    private void takeReport() {
        fixture.report.findings().forEach(finding -> named.add(finding.recordId()));
        reported |= !fixture.report.isHealthy();
    }

    private void assertNothingWrong(Map<Long, Live> expected, String where) {
        assertThat(expected.entrySet()).as(where).containsAll(fixture.loaded.entrySet());
        Set<Long> missing = new HashSet<>(expected.keySet());
        missing.removeAll(fixture.loaded.keySet());
        assertThat(named).as(where).containsAll(missing);
        assertThat(reported || missing.isEmpty()).as(where).isTrue();
    }
}
