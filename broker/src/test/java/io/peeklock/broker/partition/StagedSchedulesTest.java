/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageState;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scheduled messages of a prepared part. */
@Tag("X5")
@Tag("N3")
@Tag("N4")
class StagedSchedulesTest extends PartsFixture {
    private long dueMs;
    private long number;

    private UUID scheduled(long entity) {
        number = get(partition.reserveNumber(entity));
        dueMs = runtime.clock().wallTimeMs() + 60_000;
        Submission send = new Submission(entity, message("a"), dueMs, number);
        return prepared(new TransactionWork(List.of(send), List.of(), List.of()));
    }

    @Test
    void waitUnderTheReservedNumber() {
        UUID part = scheduled(QUEUE);
        assertThat(peek(QUEUE)).isEmpty();
        powerCut();
        commit(part);
        assertThat(peek(QUEUE)).extracting(Delivery::sequenceNumber).containsExactly(number);
        assertThat(peek(QUEUE)).extracting(Delivery::state).containsExactly(MessageState.SCHEDULED);
        runtime.advance(Duration.ofMinutes(2));
        powerCut();
        Delivery received = receive(QUEUE, 1).get(0);
        assertThat(received.sequenceNumber()).isGreaterThan(number);
        assertThat(received.enqueuedSequenceNumber()).isEqualTo(number);
    }

    @Test
    void canBeCancelledOnceTheyAreThere() {
        UUID part = scheduled(QUEUE);
        assertThat(get(partition.cancelScheduled(QUEUE, List.of(number)))).containsExactly(number);
        commit(part);
        assertThat(get(partition.cancelScheduled(QUEUE, List.of(number)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {QUEUE, TOPIC})
    void comeAtOnceIfTheirTimeHasPassedBeforeTheCommit(long entity) {
        UUID part = scheduled(entity);
        runtime.advance(Duration.ofMinutes(2));
        powerCut();
        assertThat(peek(entity == TOPIC ? FIRST : QUEUE)).isEmpty();
        commit(part);
        runtime.advance(Duration.ofMillis(10));
        Delivery received = receive(entity == TOPIC ? FIRST : QUEUE, 1).get(0);
        assertThat(received.enqueuedSequenceNumber()).isEqualTo(number);
    }

    @Test
    void liveFromTheirTime() {
        number = 0;
        dueMs = runtime.clock().wallTimeMs() + 60_000;
        Submission send =
                new Submission(QUEUE, builder("a").timeToLiveMs(10_000).build(), dueMs, 0);
        UUID part = prepared(new TransactionWork(List.of(send), List.of(), List.of()));
        commit(part);
        runtime.advance(Duration.ofSeconds(65));
        assertThat(peek(QUEUE)).extracting(Delivery::expiresAtMs).containsExactly(dueMs + 10_000);
    }

    /** By the bus's rules; a partition that was out then brings them late. */
    @Test
    @Tag("T8")
    void liveFromWhenTheyComeIfThatIsLate() {
        dueMs = runtime.clock().wallTimeMs() + 60_000;
        Submission send =
                new Submission(QUEUE, builder("a").timeToLiveMs(10_000).build(), dueMs, 0);
        commit(prepared(new TransactionWork(List.of(send), List.of(), List.of())));
        runtime.advanceWithoutTimers(Duration.ofMinutes(2));
        powerCut();
        assertThat(peek(QUEUE))
                .extracting(Delivery::expiresAtMs)
                .containsExactly(runtime.clock().wallTimeMs() + 10_000);
    }

    @Test
    void ofTheClientsDelayAreScheduledToo() {
        long sentMs = runtime.clock().wallTimeMs();
        UUID part = prepared(sends(
                QUEUE,
                builder("a").deliveryDelayMs(60_000).creationTimeMs(sentMs).build()));
        commit(part);
        assertThat(receive(QUEUE, 1)).isEmpty();
        runtime.advance(Duration.ofSeconds(61));
        assertThat(receive(QUEUE, 1)).hasSize(1);
    }
}
