/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.routing.PartitionHash;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Forwarding out of queues and subscriptions, spread or not, and after a process has ended: W1, N2, P12, D4, D5. */
class ForwardingEverywhereTest extends EveryKindFixture {
    private static final int LARGE = 600_000;

    private EntityPath target(String name, Kind kind, UnaryOperator<QueueDescription.Builder> settings) {
        QueueDescription.Builder queue = QueueDescription.builder(name).partitioned(kind.isSpread());
        // In another partition than the source, if each lies whole in one.
        return bus.create(settings.apply(kind.isSpread() ? queue : queue.homePartition(2)))
                .path();
    }

    private void forward(Kind kind, @Nullable String live, @Nullable String dead) {
        if (kind.isQueue()) {
            var queue = bus.get(bus.namespace.queue(from.name())).toBuilder();
            bus.get(bus.namespace.updateQueue(
                    queue.forwardTo(live).forwardDeadLetteredMessagesTo(dead).build()));
            return;
        }
        var subscription = bus.get(bus.namespace.subscription("news", "reader")).toBuilder();
        bus.get(bus.namespace.updateSubscription(
                subscription.forwardTo(live).forwardDeadLetteredMessagesTo(dead).build()));
    }

    private Delivery deadLetter() {
        return shown(from.deadLetterQueue()).get(0);
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("W1")
    @Tag("N2")
    @Tag("P12")
    void goesOnUnderItsKeyAndItsFirstNumber(Kind kind, End end) {
        create(kind);
        EntityPath last = target("last", kind, queue -> queue);
        // So that the numbers of the two entities are not the same.
        send("gone");
        bus.settle(bus.take(from), Settlement.COMPLETE);
        send("before");
        long first = shown(from).get(0).enqueuedSequenceNumber();
        forward(kind, "last", null);
        end(end);
        send("after");
        end(end);
        assertThat(texts(last)).containsExactly("before", "after");
        assertThat(texts(from)).isEmpty();
        Delivery there = shown(last).get(0);
        assertThat(there.enqueuedSequenceNumber()).isEqualTo(first).isNotEqualTo(there.sequenceNumber());
        assertThat(there.message().partitionKey()).isEqualTo("key");
        assertThat(there.sequenceNumber() >>> 48).isEqualTo(kind.isSpread() ? PartitionHash.partitionOf("key", 4) : 0);
        end(end);
        assertThat(bus.takeAll(last)).containsExactly("before", "after");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("W1")
    @Tag("D4")
    void aDeadLetterSaysWhereItWasOne(Kind kind, End end) {
        create(kind);
        EntityPath graves = target("graves", kind, queue -> queue.status(EntityStatus.SEND_DISABLED));
        forward(kind, null, "graves");
        send("a");
        bus.settle(bus.take(from), new Settlement.DeadLetter("Wrong", "it was", Map.of("seen", true)));
        end(end);
        assertThat(texts(from.deadLetterQueue())).containsExactly("a");
        QueueDescription barred = bus.get(bus.namespace.queue("graves"));
        bus.get(bus.namespace.updateQueue(
                barred.toBuilder().status(EntityStatus.ACTIVE).build()));
        end(end);
        assertThat(texts(from.deadLetterQueue())).isEmpty();
        Delivery there = bus.take(graves);
        assertThat(there.message().properties())
                .containsEntry("DeadLetterSource", from.toString())
                .containsEntry("DeadLetterReason", "Wrong")
                .containsEntry("DeadLetterErrorDescription", "it was")
                .containsEntry("seen", true);
        assertThat(there.deadLetterReason()).isNull();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("D5")
    void whatHasNoDestinationIsDeadLetteredInTheSource(Kind kind, End end) {
        create(kind);
        target("last", kind, queue -> queue);
        forward(kind, "last", null);
        bus.get(bus.namespace.deleteQueue("last"));
        end(end);
        send("a");
        end(end);
        assertThat(texts(from)).isEmpty();
        assertThat(deadLetter().deadLetterReason()).isEqualTo("EntityNotFound");
        assertThat(bus.takeAll(from.deadLetterQueue())).containsExactly("a");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("D5")
    @Tag("W3")
    void soIsWhatIsBarred(Kind kind, End end) {
        create(kind);
        EntityPath last = target("last", kind, queue -> queue.status(EntityStatus.DISABLED));
        forward(kind, "last", null);
        end(end);
        send("a");
        end(end);
        assertThat(texts(last)).isEmpty();
        assertThat(deadLetter().deadLetterReason()).isEqualTo("EntityDisabled");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("D5")
    @Tag("Q3")
    void soIsWhatDoesNotFit(Kind kind, End end) {
        create(kind);
        EntityPath last =
                target("last", kind, queue -> queue.maxSizeBytes(1 << 20).maxMessageBytes(1 << 20));
        forward(kind, "last", null);
        for (int i = 0; i < 5; i++) {
            send(i + "x".repeat(LARGE / 3));
        }
        end(end);
        send("y".repeat(LARGE / 3));
        end(end);
        assertThat(shown(last)).hasSize(5);
        assertThat(deadLetter().deadLetterReason()).isEqualTo("QuotaExceeded");
        assertThat(texts(from.deadLetterQueue())).allMatch(text -> text.startsWith("y"));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("D5")
    @Tag("W1")
    void soIsWhatWouldGoAFifthTime(Kind kind, End end) {
        create(kind);
        EntityPath last = target("q5", kind, queue -> queue);
        for (int i = 4; i >= 1; i--) {
            String next = "q" + (i + 1);
            target("q" + i, kind, queue -> queue.forwardTo(next));
        }
        forward(kind, "q2", null);
        end(end);
        send("four");
        forward(kind, "q1", null);
        end(end);
        send("five");
        end(end);
        assertThat(texts(last)).containsExactly("four");
        assertThat(shown(EntityPath.queue("q4").deadLetterQueue()))
                .extracting(Delivery::deadLetterReason)
                .containsExactly("MaxTransferHopCountExceeded");
    }
}
