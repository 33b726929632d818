/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.routing.PartitionHash;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes and quotas on queues and topics, spread or not, and after a process has ended: rules Q1 to Q3, D1. */
class QuotasEverywhereTest extends EveryKindFixture {
    private static final int MESSAGE = 250 << 10;
    /** The one partition in which the messages of {@link EveryKindFixture} lie. */
    private static final int FULL = PartitionHash.partitionOf("key", 4);

    private static final Settlement DEAD = new Settlement.DeadLetter("Broken", "cannot be read", Map.of());

    private static Message.Builder ofBytes(int bytes) {
        return message("").body(BodyKind.BYTES, new byte[bytes]);
    }

    private List<CompletableFuture<?>> allRoads(Kind kind, EntityPath target, Message message) {
        Instant later = Instant.ofEpochMilli(now() + 60_000);
        int partition = kind.isSpread() ? FULL : 0;
        return List.of(
                bus.namespace.send(target, message),
                bus.namespace.schedule(target, message, later),
                bus.namespace.commit(
                        new PartitionCommit(partition, List.of(new OutgoingMessage(target, message)), List.of())));
    }

    private void small(Kind kind) {
        create(kind);
        resize(kind);
    }

    /** To 1 MB. */
    private void resize(Kind kind) {
        if (kind.isQueue()) {
            QueueDescription queue = bus.get(bus.namespace.queue("orders"));
            bus.get(bus.namespace.updateQueue(
                    queue.toBuilder().maxSizeBytes(1 << 20).build()));
        } else {
            TopicDescription topic = bus.get(bus.namespace.topic("news"));
            bus.get(bus.namespace.updateTopic(
                    topic.toBuilder().maxSizeBytes(1 << 20).build()));
        }
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("Q1")
    @Tag("Q2")
    void whatIsTooLargeIsRefusedOnEveryRoad(Kind kind, End end) {
        create(kind);
        end(end);
        Message wide = message("").property("p", "x".repeat(64 << 10)).build();
        for (Message message : List.of(ofBytes(256 << 10).build(), wide)) {
            for (CompletableFuture<?> refused : allRoads(kind, to, message)) {
                assertThat(bus.errorOf(refused)).isEqualTo(ErrorCode.MessageSizeExceeded);
            }
        }
        assertThat(shown(from)).isEmpty();
    }

    /** Live, deferred and in the dead-letter queue. */
    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("Q2")
    @Tag("L11")
    void aSettlementAddsNoMoreThanPropertiesMayHave(Kind kind, End end) {
        create(kind);
        bus.send(to, message("m").property("own", "x".repeat(40_000)));
        Map<String, Object> more = Map.of("more", "x".repeat(66_000));
        List<Settlement> tooMuch = List.of(
                new Settlement.Abandon(more), new Settlement.Defer(more), new Settlement.DeadLetter("r", "d", more));
        Delivery live = bus.take(from);
        assertRefused(live, tooMuch);
        bus.settle(live, Settlement.DEFER);
        end(end);
        Delivery deferred = bus.get(
                        bus.namespace.receiveDeferred(from, List.of(live.sequenceNumber()), ReceiverOptions.peekLock()))
                .get(0);
        assertRefused(deferred, tooMuch);
        bus.settle(deferred, DEAD);
        end(end);
        Delivery dead = bus.take(from.deadLetterQueue());
        assertRefused(dead, tooMuch.subList(0, 2));
        assertThat(dead.message().property("own")).isEqualTo("x".repeat(40_000));
        assertThat(dead.modifiedProperties()).doesNotContainKey("more");
    }

    private void assertRefused(Delivery held, List<Settlement> settlements) {
        for (Settlement settlement : settlements) {
            assertThat(bus.errorOf(bus.namespace.settle(held.requireLockToken(), settlement)))
                    .isEqualTo(ErrorCode.MessageSizeExceeded);
        }
    }

    /** One of each is as much as there is room for. */
    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("Q3")
    void messagesInEveryStateCountOnEveryRoad(Kind kind, End end) {
        small(kind);
        bus.send(to, ofBytes(MESSAGE));
        bus.settle(bus.take(from), DEAD);
        bus.send(to, ofBytes(MESSAGE));
        bus.settle(bus.take(from), Settlement.DEFER);
        bus.send(to, ofBytes(MESSAGE).deliveryDelayMs(3_600_000));
        bus.send(to, ofBytes(MESSAGE));
        end(end);
        Message another = ofBytes(MESSAGE).build();
        List<CompletableFuture<?>> roads = allRoads(kind, to, another);
        // What is scheduled to a topic lies there, and not in the subscription that is full.
        for (int i = 0; i < roads.size(); i++) {
            if (kind.isQueue() || i != 1) {
                assertThat(bus.errorOf(roads.get(i))).isEqualTo(ErrorCode.QuotaExceeded);
            }
        }
        assertThat(bus.get(bus.namespace.counters(from)).active()).isEqualTo(1);
        bus.settle(bus.take(from.deadLetterQueue()), Settlement.COMPLETE);
        bus.get(bus.namespace.send(to, another));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("Q3")
    void aSizeMayBecomeLessThanWhatIsThere(Kind kind, End end) {
        create(kind);
        for (int i = 0; i < 5; i++) {
            bus.send(to, ofBytes(MESSAGE));
        }
        resize(kind);
        end(end);
        Message another = ofBytes(1).build();
        assertThat(bus.errorOf(bus.namespace.send(to, another))).isEqualTo(ErrorCode.QuotaExceeded);
        assertThat(shown(from)).hasSize(5);
        bus.settle(bus.take(from), Settlement.COMPLETE);
        bus.get(bus.namespace.send(to, another));
    }

    /** Rule P2: each fragment has the whole size. */
    @ParameterizedTest
    @EnumSource(names = {"SPREAD_QUEUE", "SPREAD_SUBSCRIPTION"})
    @Tag("P2")
    @Tag("P6")
    void aFullFragmentIsPassedOver(Kind kind) {
        small(kind);
        for (int i = 0; i < 4; i++) {
            bus.send(to, ofBytes(MESSAGE));
        }
        assertThat(bus.errorOf(bus.namespace.send(to, ofBytes(MESSAGE).build())))
                .isEqualTo(ErrorCode.QuotaExceeded);
        Message unkeyed = ofBytes(MESSAGE).partitionKey(null).build();
        for (int i = 0; i < 12; i++) {
            bus.get(bus.namespace.send(to, unkeyed));
        }
        assertThat(shown(from))
                .hasSize(16)
                .filteredOn(one -> one.sequenceNumber() >>> 48 == FULL)
                .hasSize(4);
        assertThat(bus.errorOf(bus.namespace.send(to, unkeyed))).isEqualTo(ErrorCode.QuotaExceeded);
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("D1")
    void noRoadLeadsIntoADeadLetterQueue(Kind kind, End end) {
        create(kind);
        end(end);
        for (CompletableFuture<?> refused :
                allRoads(kind, from.deadLetterQueue(), message("m").build())) {
            assertThat(bus.errorOf(refused)).isEqualTo(ErrorCode.InvalidOperation);
        }
        assertThat(shown(from.deadLetterQueue())).isEmpty();
    }
}
