/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.SyncTimes;
import org.junit.jupiter.api.Test;

/** What is remembered of syncs. */
final class SyncClockTest {
    /** A clock may overflow. */
    private static final long START = Long.MAX_VALUE - 1_000;

    private final SyncClock clock = new SyncClock();

    private static long at(long nanos) {
        return START + nanos;
    }

    @Test
    void knowsNothingBeforeTheFirst() {
        assertThat(clock.times(START)).isEqualTo(SyncTimes.NONE);
        assertThat(clock.count()).isZero();
    }

    @Test
    void givesMedianNinetyNinthAndLongest() {
        for (int took = 1; took <= 200; took++) {
            clock.note(START, at(took));
        }
        assertThat(clock.count()).isEqualTo(200);
        assertThat(clock.times(at(200))).isEqualTo(new SyncTimes(200 * 201 / 2, 200, 100, 198, 200));
    }

    @Test
    void ofOneIsThatOne() {
        clock.note(START, at(7));
        assertThat(clock.times(at(7))).isEqualTo(new SyncTimes(7, 1, 7, 7, 7));
    }

    @Test
    void countsAllAndLooksAtTheLastAlone() {
        for (int i = 0; i < SyncClock.SAMPLES; i++) {
            clock.note(START, at(1_000));
        }
        for (int i = 0; i < SyncClock.SAMPLES; i++) {
            clock.note(START, at(1));
        }
        assertThat(clock.count()).isEqualTo(2L * SyncClock.SAMPLES);
        assertThat(clock.times(at(1_000)))
                .isEqualTo(new SyncTimes(SyncClock.SAMPLES * 1_001L, SyncClock.SAMPLES, 1, 1, 1));
    }

    @Test
    void forgetsWhatIsLongerAgoThanAMinute() {
        clock.note(START, at(500));
        clock.note(at(500), at(510));
        assertThat(clock.times(at(500 + SyncClock.RECENT_NANOS)).recent()).isEqualTo(2);
        assertThat(clock.times(at(501 + SyncClock.RECENT_NANOS))).isEqualTo(new SyncTimes(510, 1, 10, 10, 10));
        assertThat(clock.times(at(511 + SyncClock.RECENT_NANOS))).isEqualTo(new SyncTimes(510, 0, 0, 0, 0));
    }
}
