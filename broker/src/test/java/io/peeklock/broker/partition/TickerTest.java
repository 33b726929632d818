/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.runtime.SimulatedRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One timer a partition, whatever happens. */
class TickerTest {
    private static final long SECOND = 1_000_000_000L;

    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final List<Command.Tick> ticks = new ArrayList<>();
    private final Ticker ticker = new Ticker(runtime, command -> ticks.add((Command.Tick) command));

    private void schedule(long left) {
        ticker.schedule(runtime.clock().nanoTime(), left);
    }

    private void advance(Duration by) {
        runtime.advance(by);
    }

    @Test
    void ticksWhenSomethingIsDue() {
        schedule(SECOND);
        advance(Duration.ofMillis(999));
        assertThat(ticks).isEmpty();
        advance(Duration.ofMillis(1));
        assertThat(ticks).hasSize(1);
    }

    @Test
    void ticksNotForNothing() {
        schedule(Long.MAX_VALUE);
        advance(Duration.ofDays(1));
        assertThat(ticks).isEmpty();
    }

    @Test
    void ticksEarlierIfSomethingMoreUrgentComes() {
        schedule(60 * SECOND);
        schedule(SECOND);
        schedule(2 * SECOND);
        advance(Duration.ofSeconds(1));
        assertThat(ticks).hasSize(1);
    }

    /** Every urgent thing would leave one more timer behind, which would come again and again. */
    @Test
    void doesNotMultiplyItsTimers() {
        for (int round = 0; round < 50; round++) {
            schedule(60 * SECOND);
            schedule(SECOND);
            advance(Duration.ofSeconds(1));
            ticks.forEach(ticker::came);
            ticks.clear();
            schedule(60 * SECOND);
        }
        int count = 0;
        for (int second = 0; second < 600; second++) {
            advance(Duration.ofSeconds(1));
            for (Command.Tick tick : ticks) {
                ticker.came(tick);
                count++;
            }
            if (!ticks.isEmpty()) {
                ticks.clear();
                schedule(60 * SECOND);
            }
        }
        // Overtaken ones come once each, and no more after the first minute.
        assertThat(count).isLessThan(50 + 600 / 60 + 2);
    }

    @Test
    void canForgetATickThatWasLost() {
        schedule(SECOND);
        ticker.forget();
        schedule(SECOND);
        advance(Duration.ofSeconds(1));
        assertThat(ticks).hasSize(2);
    }
}
