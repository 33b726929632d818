/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.DeadLetterProperties;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.routing.PartitionHash;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a message is where it was moved to, in the same partition and in another. */
@ParameterizedClass(name = "{0}")
@EnumSource
class MovedMessageTest extends BulkFixture {
    private static final EntityPath THERE = EntityPath.queue("there");
    /** Where messages of the fixture's key lie, in spread entities. */
    private static final int KEYED = PartitionHash.partitionOf("k", PARTITIONS);

    MovedMessageTest(Kind kind) {
        super(kind);
    }

    private static QueueDescription.Builder there(int home) {
        return QueueDescription.builder("there").homePartition(home);
    }

    private BulkProgress move(MessageSelection selection) {
        return bus.get(bus.namespace
                .moveMessages(path, THERE, selection, DeadLetterProperties.KEEP)
                .result());
    }

    /** To a queue in each partition in turn, that of the message among them, and to one in all of them. */
    private void toEach(QueueDescription.Builder[] queues, Runnable moves) {
        for (QueueDescription.Builder queue : queues) {
            bus.create(queue);
            moves.run();
            assertThat(texts(path)).isEmpty();
            bus.get(bus.namespace.deleteQueue("there"));
        }
    }

    private static QueueDescription.Builder[] anywhere() {
        return new QueueDescription.Builder[] {there(0), there(KEYED), there(2), there(0).partitioned(true)};
    }

    @Test
    @Tag("T2")
    void livesAnew() {
        toEach(anywhere(), () -> {
            bus.send(destination, keyed("a").timeToLiveMs(10_000));
            bus.advance(Duration.ofSeconds(8));
            assertThat(move(MessageSelection.ALL)).isEqualTo(done(1));
            long lives = onlyOne(THERE).expiresAtMs() - bus.runtime.clock().wallTimeMs();
            assertThat(lives).isEqualTo(10_000);
        });
    }

    @Test
    @Tag("N4")
    void waitsThereForItsTimeIfItDidSoHere() {
        if (!kind.isQueue()) {
            return;
        }
        toEach(anywhere(), () -> {
            bus.send(destination, keyed("a").deliveryDelayMs(20_000));
            bus.advance(Duration.ofSeconds(8));
            assertThat(move(MessageSelection.ALL)).isEqualTo(new BulkProgress(0, 0, 1, 0, null, 0));
            assertThat(move(MessageSelection.ALL.inState(MessageState.SCHEDULED)))
                    .isEqualTo(done(1));
            assertThat(onlyOne(THERE).state()).isEqualTo(MessageState.SCHEDULED);
            bus.advance(Duration.ofSeconds(11));
            assertThat(bus.receive(THERE)).isNull();
            bus.advance(Duration.ofSeconds(2));
            assertThat(TestBus.textOf(bus.take(THERE))).isEqualTo("a");
        });
    }

    /** As often as one that is sent there. */
    @Test
    @Tag("W1")
    void isForwardedFourTimesMore() {
        if (!kind.isQueue()) {
            return;
        }
        bus.create(QueueDescription.builder("before").forwardTo("orders"));
        String next = "end";
        bus.create(QueueDescription.builder(next));
        for (String name : List.of("third", "second", "first")) {
            bus.create(QueueDescription.builder(name).forwardTo(next));
            next = name;
        }
        toEach(
                new QueueDescription.Builder[] {
                    there(0).forwardTo("first"), there(KEYED).forwardTo("first"), there(2).forwardTo("first")
                },
                () -> {
                    bus.send(EntityPath.queue("before"), keyed("a"));
                    assertThat(move(MessageSelection.ALL)).isEqualTo(done(1));
                    assertThat(TestBus.textOf(bus.take(EntityPath.queue("end"))))
                            .isEqualTo("a");
                });
    }

    @Test
    @Tag("P12")
    void liesWhereItsKeyPutsItOrWhereItWas() {
        bus.create(there(0).partitioned(true));
        for (String key : List.of("k", "k0", "k1", "k2")) {
            bus.send(destination, TestBus.text(key).partitionKey(key));
        }
        assertThat(move(MessageSelection.ALL)).isEqualTo(done(4));
        for (Delivery delivery : bus.get(bus.namespace.peek(THERE, 0, 250))) {
            assertThat(delivery.sequenceNumber() >>> 48)
                    .isEqualTo(PartitionHash.partitionOf(TestBus.textOf(delivery), PARTITIONS));
        }
        purge(THERE, MessageSelection.ALL);
        bus.send(destination, TestBus.text("keyless"));
        int was = kind.isSpread() ? (int) (onlyOne(path).sequenceNumber() >>> 48) : 0;
        assertThat(move(MessageSelection.ALL)).isEqualTo(done(1));
        assertThat(onlyOne(THERE).sequenceNumber() >>> 48).isEqualTo(was);
    }

    @Test
    @Tag("Q1")
    void staysIfItIsNotTaken() {
        Message large = keyed("x".repeat(3000)).build();
        for (QueueDescription.Builder queue : anywhere()) {
            bus.create(queue.maxMessageBytes(2000));
            bus.get(bus.namespace.send(destination, large));
            Delivery before = onlyOne(path);
            BulkProgress progress = move(MessageSelection.ALL);
            assertThat(progress.done()).isZero();
            assertThat(progress.refused()).isEqualTo(1);
            assertThat(progress.refusal().orElseThrow()).contains("2000");
            assertThat(onlyOne(path)).isEqualTo(before);
            assertThat(texts(THERE)).isEmpty();
            purge(path, MessageSelection.ALL);
            bus.get(bus.namespace.deleteQueue("there"));
        }
    }

    @Test
    @Tag("Q3")
    void staysWhereTheDiskHasNoRoom() {
        int partition = kind.isSpread() ? KEYED : 0;
        bus.create(there(partition));
        send("a");
        bus.store().setUsableBytes(1 << 20);
        bus.advance(Duration.ofSeconds(1));
        assertThat(bus.errorOf(bus.namespace
                        .moveMessages(path, THERE, MessageSelection.ALL, DeadLetterProperties.KEEP)
                        .result()))
                .isEqualTo(ErrorCode.QuotaExceeded);
        assertThat(texts(path)).containsExactly("a");
        assertThat(texts(THERE)).isEmpty();
        bus.store().setUsableBytes(Long.MAX_VALUE);
        bus.advance(Duration.ofSeconds(1));
        assertThat(move(MessageSelection.ALL)).isEqualTo(done(1));
        assertThat(texts(THERE)).containsExactly("a");
    }
}
