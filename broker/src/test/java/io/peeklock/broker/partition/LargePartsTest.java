/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Parts with large and many messages, and the memory that they take and give back. */
@Tag("X5")
class LargePartsTest extends PartsFixture {
    private MemoryBudget budget;

    @Override
    void start() {
        budget = new MemoryBudget(100_000, 50_000_000);
        partition = new Partition(0, new PartitionSettings(store, runtime, profile, budget), Duration.ofSeconds(60));
        partition.start(List.copyOf(entities.values()), List.of(), highestEntityId);
        run();
        assertThat(partition.health().reason()).isNull();
        assertThat(partition.health().state()).isIn(State.SERVING, State.UNUSED);
        assertThat(partition.health().findings()).isEmpty();
    }

    private static Message large(int seed, int bytes) {
        byte[] body = new byte[bytes];
        Arrays.fill(body, (byte) seed);
        return Message.builder().body(BodyKind.BYTES, body).build();
    }

    private static int[] seedAndSize(Delivery d) {
        java.nio.ByteBuffer b = d.message().body();
        byte first = b.get(b.position());
        for (int i = b.position(); i < b.limit(); i++) {
            assertThat(b.get(i)).isEqualTo(first);
        }
        return new int[] {first, b.remaining()};
    }

    @Test
    void largeOnesBeyondMemoryOverCrashes() {
        UUID one = prepared(sends(QUEUE, large(1, 250_000), large(2, 60_000), large(3, 90_000)));
        UUID two = prepared(sends(QUEUE, large(4, 250_000), large(5, 70_000)));
        assertIsInTheSwap();
        powerCut();
        assertIsInTheSwap();
        send(QUEUE, large(6, 50_000));
        commit(two);
        rollback(one);
        powerCut();
        List<Delivery> all = receive(QUEUE, 10);
        assertThat(all.stream().map(d -> seedAndSize(d)[0])).containsExactly(6, 4, 5);
        assertThat(all.stream().map(d -> seedAndSize(d)[1])).containsExactly(50_000, 250_000, 70_000);
        UUID three = prepared(settles(Settlement.COMPLETE, all));
        powerCut();
        commit(three);
        run();
        assertThat(counters(QUEUE).sizeBytes()).isZero();
        assertThat(budget.bodyBytes()).isZero();
        powerCut();
        assertThat(budget.bodyBytes()).isZero();
        assertThat(budget.indexBytes()).isLessThan(1000);
    }

    private void assertIsInTheSwap() {
        assertThat(budget.bodyBytes()).isLessThan(200_000);
    }

    @Test
    void memoryIsGivenBackLive() {
        long before = budget.indexBytes();
        for (int i = 0; i < 20; i++) {
            UUID one = prepared(sends(
                    DETECTS,
                    builder("a" + i).applicationMessageId("x").build(),
                    builder("a" + i).applicationMessageId("x" + i).build()));
            UUID two = prepared(sends(TOPIC, large(1, 150_000), large(2, 20_000)));
            commit(two);
            rollback(one);
            List<Delivery> f = receive(FIRST, 10);
            List<Delivery> s = receive(SECOND, 10);
            assertThat(f).hasSize(2);
            assertThat(s).hasSize(2);
            f = new ArrayList<>(f);
            f.addAll(s);
            UUID three = prepared(settles(Settlement.COMPLETE, f));
            commit(three);
        }
        run();
        assertThat(budget.bodyBytes()).isZero();
        assertThat(budget.indexBytes()).isEqualTo(before);
    }

    /** Every way in which a committed message changes afterwards, each over a crash. */
    @Test
    @Tag("N2")
    void firstNumbersStay() {
        send(QUEUE, message("before"));
        UUID one = prepared(sends(QUEUE, message("a"), message("b"), message("c")));
        commit(one);
        List<Delivery> got = receive(QUEUE, 10);
        assertThat(texts(got)).containsExactly("before", "a", "b", "c");
        get(partition.settle(got.get(1).requireLockToken(), new Settlement.Abandon(Map.of("k", 1), 60_000)));
        get(partition.settle(got.get(2).requireLockToken(), new Settlement.DeadLetter("r", "d", Map.of())));
        get(partition.settle(got.get(3).requireLockToken(), new Settlement.Defer(Map.of("k", 2))));
        for (int i = 0; i < 2; i++) {
            assertThat(peek(QUEUE).stream()
                            .filter(d -> !text(d).equals("before"))
                            .map(Delivery::enqueuedSequenceNumber))
                    .containsExactly(2L, 4L);
            powerCut();
        }
        runtime.advance(Duration.ofSeconds(61));
        run();
        powerCut();
        List<Delivery> again = receive(QUEUE, 10);
        assertThat(texts(again)).containsExactly("before", "a");
        assertThat(again.get(1).enqueuedSequenceNumber()).isEqualTo(2);
        assertThat(again.get(1).deliveryCount()).isEqualTo(1);
        List<Delivery> dead = receive(QUEUE, true, 10);
        assertThat(dead).hasSize(1);
        assertThat(dead.get(0).enqueuedSequenceNumber()).isEqualTo(3);
        // A part that holds the dead letter.
        UUID two = prepared(settles(Settlement.COMPLETE, dead));
        powerCut();
        assertThat(receive(QUEUE, true, 10)).isEmpty();
        rollback(two);
        powerCut();
        dead = receive(QUEUE, true, 10);
        assertThat(dead).hasSize(1);
        assertThat(dead.get(0).enqueuedSequenceNumber()).isEqualTo(3);
        assertThat(dead.get(0).deliveryCount()).isEqualTo(1);
    }

    /** Expired under the lock of a part: completed it is gone, rolled back it is a dead letter or gone, at once. */
    @Test
    @Tag("T4")
    void expiryUnderTheLockOverACrash() {
        for (String text : List.of("a", "b")) {
            send(QUEUE, builder(text).timeToLiveMs(5_000).build());
        }
        List<Delivery> got = receive(QUEUE, 10);
        UUID one = prepared(settles(Settlement.COMPLETE, got.subList(0, 1)));
        UUID two = prepared(settles(new Settlement.Defer(Map.of()), got.subList(1, 2)));
        runtime.advance(Duration.ofSeconds(30));
        run();
        powerCut();
        assertThat(counters(QUEUE).locked()).isEqualTo(2);
        rollback(one);
        commit(two);
        assertThat(counters(QUEUE).locked()).isZero();
        assertThat(counters(QUEUE).active()).isZero();
        assertThat(counters(QUEUE).deferred()).isEqualTo(1);
        powerCut();
        assertThat(counters(QUEUE).active()).isZero();
        assertThat(counters(QUEUE).deferred()).isEqualTo(1);
    }

    /** A large part: more than a record, thousands of settlements and sends. */
    @Test
    void thousands() {
        Message[] many = new Message[20_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = message("m" + i);
        }
        UUID one = prepared(sends(QUEUE, many));
        UUID other = prepared(sends(SPLIT, message("other")));
        powerCut();
        commit(other);
        assertThat(receive(SPLIT, 2)).hasSize(1);
        commit(one);
        powerCut();
        List<Delivery> got = receive(QUEUE, many.length);
        assertThat(got).hasSize(many.length);
        UUID two = prepared(settles(Settlement.COMPLETE, got));
        powerCut();
        assertThat(counters(QUEUE).locked()).isEqualTo(many.length);
        commit(two);
        assertThat(counters(QUEUE).sizeBytes()).isZero();
        powerCut();
        assertThat(counters(QUEUE).sizeBytes()).isZero();
    }

    /** One content for all copies, and none when it is rolled back. */
    @Test
    void copiesShareTheirContent() {
        long body = budget.bodyBytes();
        UUID one = prepared(sends(TOPIC, large(1, 40_000)));
        assertThat(budget.bodyBytes() - body).isBetween(40_000L, 45_000L);
        rollback(one);
        assertThat(budget.bodyBytes()).isEqualTo(body);
        UUID two = prepared(sends(TOPIC, large(1, 40_000)));
        commit(two);
        assertThat(budget.bodyBytes() - body).isBetween(40_000L, 45_000L);
    }

    /** The index is what was before, whatever ended how. */
    @Test
    void whatIsScheduledIsCounted() {
        long before = budget.indexBytes();
        UUID one = prepared(new TransactionWork(
                List.of(new Submission(QUEUE, message("a"), runtime.clock().wallTimeMs() + 100_000, 0)),
                List.of(),
                List.of()));
        assertThat(budget.indexBytes() - before).isGreaterThan(700);
        commit(one);
        run();
        assertThat(budget.indexBytes() - before).isEqualTo(200 + 120);
        powerCut();
        assertThat(budget.indexBytes()).isGreaterThanOrEqualTo(200 + 120);
    }
}
