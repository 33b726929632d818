/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is left in a full memory for messages that go from one entity to another. */
@Tag("Q3")
@Tag("W1")
class MemoryBudgetTest {
    private static final long LIMIT = 80L << 20;
    private static final long RESERVE = LIMIT / 8;

    private final MemoryBudget budget = new MemoryBudget(LIMIT, LIMIT, LIMIT);

    @Test
    void anEighthOfTheIndexIsForThemHalfOfItForThoseThatArrive() {
        budget.addIndex(LIMIT);
        assertThat(budget.hasRoomForIndex(1)).isFalse();
        assertThat(budget.hasIndexForTransfer(RESERVE / 2)).isTrue();
        assertThat(budget.hasIndexForTransfer(RESERVE / 2 + 1)).isFalse();
        assertThat(budget.hasIndexForArrival(RESERVE)).isTrue();
        assertThat(budget.hasIndexForArrival(RESERVE + 1)).isFalse();
    }

    @Test
    void anEighthOfTheHeapForBodiesIsForThoseThatArrive() {
        budget.addHeap(LIMIT);
        assertThat(budget.hasHeapFor(1)).isFalse();
        assertThat(budget.hasHeapForArrival(RESERVE)).isTrue();
        assertThat(budget.hasHeapForArrival(RESERVE + 1)).isFalse();
    }

    @Test
    void aSmallMemoryHasEnoughForSomeTransfersToo() {
        MemoryBudget small = new MemoryBudget(0, 0, 0);
        long messages = Transferring.MAX_MESSAGES * (long) MemoryBudget.INDEX_BYTES_PER_MESSAGE;
        assertThat(small.hasIndexForTransfer(4 * Transfer.indexBytes(Transferring.MAX_MESSAGES)))
                .isTrue();
        small.addIndex(MemoryBudget.LEAST_RESERVE_BYTES / 2);
        assertThat(small.hasIndexForArrival(4 * messages)).isTrue();
    }

    @Test
    void whatHasNoLimitHasNone() {
        MemoryBudget unlimited = new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE);
        unlimited.addIndex(LIMIT);
        unlimited.addHeap(LIMIT);
        assertThat(unlimited.hasIndexForTransfer(LIMIT)).isTrue();
        assertThat(unlimited.hasIndexForArrival(LIMIT)).isTrue();
        assertThat(unlimited.hasHeapForArrival(LIMIT)).isTrue();
    }
}
