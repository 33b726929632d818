/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.error.ErrorCode;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What prepared parts take of the memory. */
@Tag("X5")
class PreparedMemoryTest extends PartsFixture {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isGivenBackAtTheEnd(boolean restarted) {
        send(TOPIC, message("so that there are records"));
        long index = budget.indexBytes();
        long bodies = budget.bodyBytes();
        UUID part = prepared(sends(TOPIC, message("a"), message("x".repeat(100_000))));
        assertThat(budget.indexBytes()).isGreaterThan(index);
        assertThat(budget.bodyBytes()).isGreaterThan(bodies + 100_000);
        if (restarted) {
            powerCut();
        }
        rollback(part);
        run();
        assertThat(budget.indexBytes()).isEqualTo(index);
        // Copies share a content only as long as the process lives.
        assertThat(budget.bodyBytes()).isLessThan(3 * bodies);
    }

    /** Its place is apart from its record as long as it is there. */
    @Test
    void ofAMessageIsWhatADelayedOneTakes() {
        get(partition.reserveNumber(QUEUE));
        UUID part = prepared(sends(QUEUE, message("a")));
        commit(part);
        run();
        long expected = MemoryBudget.INDEX_BYTES_PER_MESSAGE + MemoryBudget.INDEX_BYTES_PER_DELAY;
        assertThat(budget.indexBytes()).isEqualTo(expected);
        powerCut();
        assertThat(budget.indexBytes()).isEqualTo(expected);
    }

    @Test
    @Tag("X6")
    void isRefusedBefore() {
        MemoryBudget small = new MemoryBudget(
                Long.MAX_VALUE, MemoryBudget.INDEX_BYTES_PER_MESSAGE + MemoryBudget.INDEX_BYTES_PER_DELAY - 1);
        close();
        open(small);
        CompletableFuture<Void> refused =
                partition.prepare(new PreparedPart(new UUID(9, 9), 0, XID, List.of()), sends(QUEUE, message("a")));
        assertThat(failure(refused)).isEqualTo(ErrorCode.QuotaExceeded);
        send(QUEUE, message("a"));
    }

    @Test
    void isThatOfAnyMessageAfterTheCommit() {
        UUID part = prepared(sends(QUEUE, builder("a").deliveryDelayMs(60_000).build()));
        commit(part);
        run();
        long live = budget.indexBytes();
        powerCut();
        assertThat(budget.indexBytes()).isEqualTo(live);
        get(partition.drop(QUEUE));
        run();
        assertThat(budget.indexBytes()).isZero();
    }
}
