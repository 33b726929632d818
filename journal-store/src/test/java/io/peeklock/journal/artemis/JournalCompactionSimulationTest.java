/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.FaultyDisk;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories that are appended while another thread compacts without a pause, cut off by a loss of power in any moment
 * of both, against a model. Whoever waits for a file when the power goes is told at once: Artemis would wait for a minute.
 *
 * <p>Not thread safe. A failure names its seed.
 */
@Timeout(30)
final class JournalCompactionSimulationTest {

    private static final int CRASHES = 6;
    private static final int MOST_CHANGES = 400;
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
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void losesNothing(long seed) throws Exception {
        Random random = new Random(seed);
        fixture = new JournalFixture(SETTINGS.withMarkInterval(Duration.ofMillis(random.nextBoolean() ? 0 : 60_000)));
        fixture.open();
        JournalModel model = new JournalModel(random, 3000);
        for (int crash = 1; crash <= CRASHES; crash++) {
            fixture.faulty().cutPowerAfter(20 + random.nextInt(MOST_CHANGES));
            appendWhileOneCompacts(model);
            Crash kept = random.nextBoolean() ? Crash.keepRandom(random.nextLong()) : Crash.tear(random.nextLong());
            long durable = fixture.durable;
            FaultyDisk left = fixture.faulty().crash(kept);
            try {
                fixture.journal.close();
            } catch (JournalException e) {
                assertThat(e).hasMessageContaining("power is off");
            }
            fixture.disk = left;
            fixture.open();
            String where = "seed " + seed + ", crash " + crash + ", " + kept + ", durable " + durable;
            assertThat(fixture.report.findings()).as(where).isEmpty();
            assertThat(model.possible(durable)).as(where).contains(fixture.loaded);
            model.adopt(fixture.loaded, fixture.report.maxRecordId());
        }
    }

    private void appendWhileOneCompacts(JournalModel model) throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        Future<?> compactor = fixture.pool.submit(() -> {
            try {
                while (!ended.get()) {
                    fixture.journal.compact();
                    fixture.journal.shrink();
                }
            } catch (RuntimeException e) {
                assertThat(e).hasStackTraceContaining("Error during compact");
            }
        });
        try {
            while (!fixture.faulty().isOff()) {
                fixture.journal.append(model.next());
            }
        } catch (JournalException e) {
            assertThat(e).hasMessageContaining("power is off");
        } finally {
            ended.set(true);
            compactor.get();
        }
    }
}
