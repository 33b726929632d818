/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.FaultyDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories with crashes, reopening and compaction against a model: after each crash the journal holds exactly what
 * some batch left that is not older than the last one acknowledged.
 *
 * <p>Not thread safe. A failure names its seed.
 */
final class ArtemisJournalSimulationTest {

    private static final JournalSettings SETTINGS = JournalSettings.DEFAULT
            .withFileBytes(16 * 1024)
            .withCheckpointOperations(40)
            .withCompactMinFiles(3)
            .withReserveBytes(0);

    private JournalFixture fixture;

    @AfterEach
    void close() throws JournalException {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void anyHistoryIsLoadedAsItWas(long seed) throws Exception {
        run(seed, 400);
    }

    private void run(long seed, int steps) throws Exception {
        Random random = new Random(seed);
        Duration mark = Duration.ofMillis(random.nextBoolean() ? 0 : 60_000);
        fixture = new JournalFixture(SETTINGS.withMarkInterval(mark)).open();
        JournalModel model = new JournalModel(random, 4000);
        for (int step = 0; step < steps; step++) {
            String where = "seed " + seed + ", step " + step;
            int choice = random.nextInt(100);
            if (choice < 86) {
                Batch batch = model.next();
                fixture.journal.append(batch);
            } else if (choice < 90) {
                fixture.journal.shrink();
            } else if (choice < 92) {
                fixture.journal.compact();
            } else if (choice < 95) {
                fixture.awaitDurable(fixture.journal.append(model.next().durable()));
            } else if (choice < 97) {
                fixture.reopen();
                assertThat(fixture.report.findings()).as(where).isEmpty();
                assertThat(fixture.report.cleanlyClosed()).as(where).isTrue();
                assertThat(fixture.loaded).as(where).isEqualTo(model.latest());
                model.adopt(fixture.loaded, fixture.report.maxRecordId());
            } else {
                crash(model, random, where);
            }
            assertThat(fixture.failure).as(where).isNull();
        }
    }

    private void crash(JournalModel model, Random random, String where) throws Exception {
        long durable = fixture.durable;
        Crash crash = switch (random.nextInt(4)) {
            case 0 -> Crash.keepNothing();
            case 1 -> Crash.keepEverything();
            case 2 -> Crash.keepRandom(random.nextLong());
            default -> Crash.tear(random.nextLong());
        };
        FaultyDisk left = fixture.faulty().crash(crash);
        FaultyDisk copy = fixture.faulty().crash(crash);
        try {
            fixture.journal.close();
        } catch (JournalException e) {
            assertThat(e).hasMessageContaining("power is off");
        }
        fixture.disk = left;
        fixture.open();
        String what = where + ", " + crash + ", durable " + durable;
        assertThat(fixture.report.findings()).as(() -> what + listing(copy)).isEmpty();
        assertThat(model.possible(durable)).as(() -> what + listing(copy)).contains(fixture.loaded);
        model.adopt(fixture.loaded, fixture.report.maxRecordId());
    }

    /** What the crash left: timing makes a failure hard to repeat. */
    private static String listing(FaultyDisk disk) {
        StringBuilder text = new StringBuilder();
        try {
            text.append(disk.list(JournalFixture.DIRECTORY)).append('\n');
            text.append(JournalReader.read(
                    JournalFixture.DIRECTORY,
                    disk,
                    JournalFixture.KEY,
                    JournalFixture.STORE,
                    0,
                    record -> text.append(record).append('\n')));
        } catch (JournalException | IOException e) {
            text.append(e);
        }
        return text.toString();
    }
}
