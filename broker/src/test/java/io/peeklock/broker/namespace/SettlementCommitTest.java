/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A transaction settles messages in every way there is, all together or none: rule X1. */
class SettlementCommitTest extends EveryKindFixture {
    private static final Map<String, Object> CHANGE = Map.of("seen", true);
    private static final Settlement DEAD = new Settlement.DeadLetter("bad", "no such customer", CHANGE);
    private static final Settlement TOO_LARGE = new Settlement.Defer(Map.of("p", "x".repeat(70_000)));

    private final List<Delivery> held = new ArrayList<>();

    /** Messages, each under lock. */
    private void hold(String... texts) {
        for (String text : texts) {
            send(text);
        }
        for (int i = 0; i < texts.length; i++) {
            held.add(bus.take(from));
        }
    }

    private StagedSettlement staged(int index, Settlement settlement) {
        return new StagedSettlement(held.get(index).requireLockToken(), settlement);
    }

    private PartitionCommit work(List<OutgoingMessage> sends, StagedSettlement... settlements) {
        int partition = held.get(0).requireLockToken().partition();
        return new PartitionCommit(partition, sends, List.of(settlements), List.of());
    }

    private PartitionCommit everySettlement() {
        hold("completed", "deferred", "dead", "abandoned", "released");
        OutgoingMessage sent = new OutgoingMessage(to, message("sent").build());
        return work(
                List.of(sent),
                staged(0, Settlement.COMPLETE),
                staged(1, new Settlement.Defer(CHANGE)),
                staged(2, DEAD),
                staged(3, new Settlement.Abandon(CHANGE)),
                staged(4, Settlement.RELEASE));
    }

    private long number(int index) {
        return held.get(index).sequenceNumber();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("X1")
    @Tag("F1")
    @Tag("F5")
    @Tag("F7")
    @Tag("D2")
    @Tag("L6")
    @Tag("L10")
    @Tag("L11")
    void happensTogether(Kind kind, End end) {
        create(kind);
        bus.get(bus.namespace.commit(everySettlement()));
        end(end);
        assertThat(texts(from)).containsExactly("deferred", "abandoned", "released", "sent");
        Delivery deferred = bus.get(bus.namespace.receiveDeferred(from, List.of(number(1)), ReceiverOptions.peekLock()))
                .get(0);
        assertThat(deferred.deliveryCount()).isZero();
        assertThat(deferred.modifiedProperties()).containsEntry("seen", true);
        Delivery abandoned = bus.take(from);
        assertThat(TestBus.textOf(abandoned)).isEqualTo("abandoned");
        assertThat(abandoned.deliveryCount()).isEqualTo(1);
        assertThat(abandoned.modifiedProperties()).containsEntry("seen", true);
        assertThat(bus.take(from).deliveryCount()).isZero();
        assertThat(TestBus.textOf(bus.take(from))).isEqualTo("sent");
        Delivery dead = bus.take(from.deadLetterQueue());
        assertThat(TestBus.textOf(dead)).isEqualTo("dead");
        assertThat(dead.deadLetterReason()).isEqualTo("bad");
        assertThat(dead.deadLetterDescription()).isEqualTo("no such customer");
        assertThat(dead.modifiedProperties()).containsEntry("seen", true);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("X1")
    @Tag("L13")
    void hasNotHappenedAfterAPowerCutBeforeItIsDurable(Kind kind) {
        create(kind);
        PartitionCommit work = everySettlement();
        bus.syncs(false);
        CompletableFuture<Void> committed = bus.namespace.commit(work);
        bus.run();
        assertThat(committed).isNotDone();
        bus = bus.crashed();
        assertThat(shown(from)).extracting(Delivery::state).containsOnly(MessageState.ACTIVE);
        assertThat(texts(from)).containsExactly("completed", "deferred", "dead", "abandoned", "released");
        assertThat(shown(from))
                .allMatch(delivery -> delivery.modifiedProperties().isEmpty());
        assertThat(shown(from.deadLetterQueue())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("X1")
    @Tag("L7")
    @Tag("L11")
    @Tag("Q2")
    void doesNothingIfOneOfThemIsRefused(Kind kind) {
        create(kind);
        hold("a", "b", "c");
        OutgoingMessage sent = new OutgoingMessage(to, message("sent").build());
        PartitionCommit tooLarge =
                work(List.of(sent), staged(0, Settlement.DEFER), staged(1, DEAD), staged(2, TOO_LARGE));
        assertThat(bus.errorOf(bus.namespace.commit(tooLarge))).isEqualTo(ErrorCode.MessageSizeExceeded);
        assertThat(shown(from)).extracting(Delivery::state).containsOnly(MessageState.LOCKED);
        bus.settle(held.get(2), Settlement.COMPLETE);
        PartitionCommit lost =
                work(List.of(sent), staged(0, Settlement.DEFER), staged(1, DEAD), staged(2, Settlement.DEFER));
        assertThat(bus.errorOf(bus.namespace.commit(lost))).isEqualTo(ErrorCode.MessageLockLost);
        assertThat(texts(from)).containsExactly("a", "b");
        assertThat(shown(from)).extracting(Delivery::state).containsOnly(MessageState.LOCKED);
        bus.get(bus.namespace.commit(work(List.of(sent), staged(0, Settlement.COMPLETE), staged(1, DEAD))));
        assertThat(texts(from)).containsExactly("sent");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("X1")
    void ofOneMessageTheLastSettlementCounts(Kind kind) {
        create(kind);
        hold("a");
        bus.get(bus.namespace.commit(work(List.of(), staged(0, Settlement.COMPLETE), staged(0, Settlement.DEFER))));
        assertThat(shown(from)).extracting(Delivery::state).containsExactly(MessageState.DEFERRED);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("L12")
    @Tag("X1")
    void theLastAbandonLeadsToTheDeadLetters(Kind kind) {
        create(kind);
        send("a");
        for (int i = 0; i < MAX_DELIVERIES; i++) {
            held.clear();
            held.add(bus.take(from));
            bus.get(bus.namespace.commit(work(List.of(), staged(0, Settlement.ABANDON))));
        }
        assertThat(shown(from)).isEmpty();
        assertThat(bus.take(from.deadLetterQueue()).deadLetterReason()).isEqualTo("MaxDeliveryCountExceeded");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("X1")
    void isCheckedWithoutDoingAnything(Kind kind) {
        create(kind);
        PartitionCommit work = everySettlement();
        bus.get(bus.namespace.check(work));
        assertThat(texts(from)).containsExactly("completed", "deferred", "dead", "abandoned", "released");
        assertThat(shown(from)).extracting(Delivery::state).containsOnly(MessageState.LOCKED);
        assertThat(refusalOf(staged(0, TOO_LARGE))).isEqualTo(ErrorCode.MessageSizeExceeded);
        Settlement longReason = new Settlement.DeadLetter("x".repeat(17_000), null, Map.of());
        assertThat(refusalOf(staged(0, longReason))).isEqualTo(ErrorCode.MessageSizeExceeded);
        assertThat(refusalOf(staged(0, new Settlement.Abandon(Map.of(), -1)))).isEqualTo(ErrorCode.InvalidOperation);
        bus.settle(held.get(0), Settlement.COMPLETE);
        assertThat(refusalOf(staged(0, Settlement.DEFER))).isEqualTo(ErrorCode.MessageLockLost);
        assertThat(bus.failure(bus.namespace.check(work(List.of(), staged(0, Settlement.DEFER)))))
                .hasMessageContaining("nothing was staged");
    }

    private ErrorCode refusalOf(StagedSettlement settlement) {
        return bus.errorOf(bus.namespace.check(work(List.of(), settlement)));
    }

    /** Nobody may see a part of what a power cut would take back. */
    @ParameterizedTest
    @EnumSource
    @Tag("X1")
    @Tag("N10")
    void showsNonPersistentMessagesWhenItIsDurable(Kind kind) {
        create(kind);
        bus.send(to, message("dead").durable(false));
        bus.send(to, message("abandoned").durable(false));
        held.add(bus.take(from));
        held.add(bus.take(from));
        hold("persistent");
        bus.syncs(false);
        CompletableFuture<Void> committed = bus.namespace.commit(
                work(List.of(), staged(0, DEAD), staged(1, Settlement.ABANDON), staged(2, Settlement.COMPLETE)));
        assertThat(bus.receive(from.deadLetterQueue())).isNull();
        assertThat(bus.receive(from)).isNull();
        bus.syncs(true);
        bus.get(committed);
        assertThat(TestBus.textOf(bus.take(from.deadLetterQueue()))).isEqualTo("dead");
        assertThat(TestBus.textOf(bus.take(from))).isEqualTo("abandoned");
    }
}
