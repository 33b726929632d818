/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dead letters, counters and peeks on queues and subscriptions, spread or not, and after a process has ended: D1, D2, D6, N2, N6. */
class DeadLettersEverywhereTest extends EveryKindFixture {
    private static final Settlement DEAD = new Settlement.DeadLetter("Broken", "cannot be read", Map.of("seen", true));

    private EntityPath deadLetters() {
        return from.deadLetterQueue();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("D2")
    void sayWhy(Kind kind, End end) {
        create(kind);
        send("a");
        bus.settle(bus.take(from), DEAD);
        end(end);
        Delivery dead = bus.take(deadLetters());
        assertThat(dead.deadLetterReason()).isEqualTo("Broken");
        assertThat(dead.deadLetterDescription()).isEqualTo("cannot be read");
        assertThat(dead.modifiedProperties()).containsEntry("seen", true);
        assertThat(dead.entity()).isEqualTo(deadLetters());
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("D1")
    void areLockedDeferredAndCompletedAsAnyAndStayWhereTheyAre(Kind kind, End end) {
        create(kind);
        for (String text : List.of("a", "b")) {
            send(text);
            bus.settle(bus.take(from), DEAD);
        }
        end(end);
        for (int i = 0; i < 2 * MAX_DELIVERIES; i++) {
            Delivery taken = bus.take(deadLetters());
            assertThat(TestBus.textOf(taken)).isEqualTo("a");
            bus.settle(taken, Settlement.ABANDON);
        }
        Delivery first = bus.take(deadLetters());
        assertThat(bus.errorOf(bus.namespace.settle(first.requireLockToken(), DEAD)))
                .isEqualTo(ErrorCode.InvalidOperation);
        bus.settle(first, Settlement.DEFER);
        end(end);
        Delivery second = bus.take(deadLetters());
        assertThat(TestBus.textOf(second)).isEqualTo("b");
        Delivery deferred = bus.get(bus.namespace.receiveDeferred(
                        deadLetters(), List.of(first.sequenceNumber()), ReceiverOptions.peekLock()))
                .get(0);
        int partition = deferred.requireLockToken().partition();
        bus.get(bus.namespace.commit(new PartitionCommit(
                partition, List.of(), List.of(deferred.requireLockToken(), second.requireLockToken()))));
        end(end);
        assertThat(shown(deadLetters())).isEmpty();
        EntityPath target = kind.isQueue() ? deadLetters() : from;
        assertThat(bus.errorOf(bus.namespace.send(target, message("x").build())))
                .isEqualTo(ErrorCode.InvalidOperation);
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("D6")
    void areCountedAndSoIsEveryOtherState(Kind kind, End end) {
        create(kind);
        send("dead");
        bus.settle(bus.take(from), DEAD);
        send("deferred");
        bus.settle(bus.take(from), Settlement.DEFER);
        send("locked");
        bus.take(from);
        send("active");
        bus.send(to, message("scheduled").deliveryDelayMs(60_000));
        List<Delivery> all = new ArrayList<>(shown(from));
        all.addAll(shown(deadLetters()));
        long bytes = all.stream().mapToLong(one -> one.message().sizeBytes()).sum();
        assertThat(bus.get(bus.namespace.counters(from))).isEqualTo(new EntityCounters(1, 1, 1, 1, 1, bytes, 0));
        end(end);
        assertThat(bus.get(bus.namespace.counters(from))).isEqualTo(new EntityCounters(2, 0, 1, 1, 1, bytes, 0));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("N2")
    @Tag("N6")
    void areNotAmongWhatAPeekShowsOfTheRest(Kind kind, End end) {
        create(kind);
        long scheduled = bus.get(bus.namespace.schedule(to, message("came").build(), Instant.ofEpochMilli(now() + 10)));
        send("dead");
        bus.settle(bus.take(from), DEAD);
        send("deferred");
        bus.settle(bus.take(from), Settlement.DEFER);
        bus.send(to, message("waits").deliveryDelayMs(60_000));
        bus.advance(Duration.ofMillis(20));
        end(end);
        send("locked");
        bus.take(from);
        List<Delivery> all = shown(from);
        assertThat(all)
                .extracting(one -> TestBus.textOf(one) + " " + one.state())
                .containsExactlyInAnyOrder(
                        "deferred " + MessageState.DEFERRED,
                        "waits " + MessageState.SCHEDULED,
                        "came " + MessageState.LOCKED,
                        "locked " + MessageState.ACTIVE);
        assertThat(all).extracting(Delivery::sequenceNumber).isSorted();
        Delivery came = all.stream()
                .filter(one -> TestBus.textOf(one).equals("came"))
                .findFirst()
                .orElseThrow();
        assertThat(came.enqueuedSequenceNumber()).isEqualTo(scheduled);
        assertThat(bus.get(bus.namespace.peek(from, came.sequenceNumber() + 1, 250)))
                .extracting(Delivery::sequenceNumber)
                .doesNotContain(came.sequenceNumber());
    }
}
