/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What delayed messages take of the memory for the index. */
class DelayedIndexTest extends OnePartition {
    private static final int MESSAGES = 10;
    private static final int BYTES = MemoryBudget.INDEX_BYTES_PER_MESSAGE + MemoryBudget.INDEX_BYTES_PER_DELAY;
    private MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE);

    @Override
    Partition opening() {
        budget = new MemoryBudget(Long.MAX_VALUE, (long) MESSAGES * BYTES);
        Partition opening =
                new Partition(0, new PartitionSettings(journals, runtime, Profile.JMS, budget), Duration.ofSeconds(60));
        opening.start(List.of(entity(1, LOCK)), List.of(), ENTITY);
        return opening;
    }

    private CompletableFuture<Long> send() {
        CompletableFuture<Long> sent = partition.send(
                ENTITY,
                Message.builder()
                        .body(BodyKind.BYTES, new byte[1])
                        .deliveryDelayMs(1000)
                        .build());
        run();
        return sent;
    }

    @Test
    @Tag("Q3")
    void isMoreThanThatOfOthersUntilTheyAreGone() {
        for (int i = 0; i < MESSAGES; i++) {
            assertThat(send()).isCompleted();
        }
        assertThat(send().handle((number, failure) -> ((BrokerException) failure).code())
                        .join())
                .isEqualTo(ErrorCode.QuotaExceeded);
        assertThat(budget.indexBytes()).isEqualTo((long) MESSAGES * BYTES);
        again(budget);
        assertThat(budget.indexBytes()).isEqualTo((long) MESSAGES * BYTES);
        runtime.advance(Duration.ofSeconds(2));
        TestSubscriber subscriber = subscriber(ReceiveMode.RECEIVE_AND_DELETE, MESSAGES);
        run();
        assertThat(subscriber.received).hasSize(MESSAGES);
        assertThat(budget.indexBytes()).isZero();
    }
}
