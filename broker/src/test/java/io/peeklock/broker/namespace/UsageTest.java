/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Use and end of an entity exclude each other: rule W2. */
@Tag("W2")
class UsageTest {
    private final Usage usage = new Usage(1_000);

    @Test
    void endsOnlyWhenItWasIdleForSoLong() {
        assertThat(usage.end(1_099, 100)).isFalse();
        assertThat(usage.use(1_050)).isTrue();
        assertThat(usage.end(1_149, 100)).isFalse();
        assertThat(usage.end(1_150, 100)).isTrue();
        assertThat(usage.isOver()).isTrue();
    }

    @Test
    void refusesUseAfterTheEndUntilItGoesOn() {
        assertThat(usage.end(2_000, 100)).isTrue();
        assertThat(usage.use(2_001)).isFalse();
        assertThat(usage.end(5_000, 100)).as("ends once").isFalse();
        usage.goOn(3_000);
        assertThat(usage.use(3_001)).isTrue();
        assertThat(usage.idleNanos(3_011)).isEqualTo(10);
    }

    @Test
    void countsAlsoWhenTheClockPassesItsLargestNumber() {
        Usage late = new Usage(Long.MAX_VALUE - 10);
        assertThat(late.end(Long.MIN_VALUE + 50, 100)).isFalse();
        assertThat(late.end(Long.MIN_VALUE + 100, 100)).isTrue();
    }

    @Test
    void eitherAUseSucceedsOrTheEnd() {
        for (int round = 0; round < 500; round++) {
            Usage contended = new Usage(0);
            List<CompletableFuture<Boolean>> uses = new ArrayList<>();
            CompletableFuture<Boolean> end = CompletableFuture.supplyAsync(() -> contended.end(100, 100));
            for (int i = 0; i < 3; i++) {
                uses.add(CompletableFuture.supplyAsync(() -> contended.use(100)));
            }
            boolean ended = end.join();
            long used = uses.stream().filter(CompletableFuture::join).count();
            // A use before the end makes that fail, one after it is refused.
            assertThat(ended ? 0 : 3).isEqualTo((int) used);
        }
    }
}
