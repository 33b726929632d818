/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is due in many entities at once. */
class TimingTest extends OnePartition {
    private static final long OTHER = ENTITY + 1;

    private void openBoth() {
        for (long id : List.of(ENTITY, OTHER)) {
            QueueDescription queue =
                    QueueDescription.builder("q" + id).deadLetterOnExpiry(true).build();
            partition.define(new Partition.Entity(new EntityDefinition(id, 2, queue), EntityFlags.forPartitions(1)));
        }
        run();
    }

    private void send(long entity, int count, long timeToLiveMs) {
        List<CompletableFuture<Long>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Message message = Message.builder()
                    .body(BodyKind.BYTES, new byte[1])
                    .timeToLiveMs(timeToLiveMs)
                    .build();
            sent.add(partition.send(entity, message));
        }
        run();
        assertThat(sent).allMatch(CompletableFuture::isDone);
    }

    private void advance(long ms) {
        runtime.advance(Duration.ofMillis(ms));
        run();
    }

    private EntityCounters counters(long entity) {
        CompletableFuture<EntityCounters> counters = partition.count(entity);
        run();
        return counters.join();
    }

    /** The first has more than one tick does. */
    @Test
    @Tag("T6")
    void hasItsTurnInEachOfThem() {
        openBoth();
        send(ENTITY, 5 * Timing.CHANGES_PER_TICK, 1000);
        send(OTHER, 1, 1000);
        advance(1000);
        assertThat(counters(ENTITY).deadLettered())
                .isBetween((long) Timing.CHANGES_PER_TICK, 2L * Timing.CHANGES_PER_TICK);
        advance(6);
        assertThat(counters(OTHER).deadLettered()).isEqualTo(1);
        advance(100);
        assertThat(counters(ENTITY).deadLettered()).isEqualTo(5 * Timing.CHANGES_PER_TICK);
    }

    @Test
    @Tag("T6")
    void isSeenAgainWhenSomethingElseIsDueLater() {
        openBoth();
        send(ENTITY, 1, 1000);
        send(OTHER, 1, 2000);
        send(ENTITY, 1, 3000);
        advance(1000);
        assertThat(counters(ENTITY).deadLettered()).isEqualTo(1);
        advance(1000);
        assertThat(counters(OTHER).deadLettered()).isEqualTo(1);
        advance(1000);
        assertThat(counters(ENTITY).deadLettered()).isEqualTo(2);
    }
}
