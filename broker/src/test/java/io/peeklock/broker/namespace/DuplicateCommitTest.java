/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.routing.PartitionHash;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages that transactions send once more: rules U1, U3, U5. */
@Tag("X1")
class DuplicateCommitTest {
    private static final int PARTITIONS = 4;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final EntityPath PLAIN = EntityPath.queue("plain");
    private static final EntityPath SPREAD = EntityPath.queue("spread");
    private static final EntityPath NEWS = EntityPath.topic("news");
    private static final EntityPath READER = EntityPath.subscription("news", "reader");
    private static final int AT = PartitionHash.partitionOf("k", PARTITIONS);

    private TestBus bus;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(PARTITIONS, TestBus.config(Profile.JMS));
        bus.create(QueueDescription.builder("plain").homePartition(AT).duplicateDetectionWindow(WINDOW));
        bus.create(QueueDescription.builder("spread").partitioned(true).duplicateDetectionWindow(WINDOW));
        bus.get(bus.namespace.createTopic(TopicDescription.builder("news")
                .homePartition(AT)
                .duplicateDetectionWindow(WINDOW)
                .build()));
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.of("news", "reader")));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private static Message.Builder message(String id) {
        return TestBus.text(id).applicationMessageId(id).partitionKey("k");
    }

    private List<String> texts(EntityPath path) {
        return bus.get(bus.namespace.peek(path, 0, 250)).stream()
                .map(TestBus::textOf)
                .toList();
    }

    private static PartitionCommit sending(EntityPath path, String... ids) {
        List<OutgoingMessage> sends = Arrays.stream(ids)
                .map(id -> new OutgoingMessage(path, message(id).build()))
                .toList();
        return new PartitionCommit(AT, sends, List.of());
    }

    private void commit(EntityPath path, String... ids) {
        bus.get(bus.namespace.commit(sending(path, ids)));
    }

    @Test
    @Tag("U1")
    @Tag("U3")
    void isComparedWithWhatWasSentAndWithItself() {
        for (EntityPath path : List.of(PLAIN, SPREAD, NEWS)) {
            EntityPath reader = path.equals(NEWS) ? READER : path;
            bus.send(path, message("a"));
            commit(path, "a", "b", "b");
            bus.send(path, message("b"));
            assertThat(texts(reader)).containsExactly("a", "b");
        }
        for (int i = 0; i < 2; i++) {
            bus = i == 0 ? bus.killed() : bus.crashed();
            commit(PLAIN, "b", "a");
            commit(SPREAD, "b");
            commit(NEWS, "b");
        }
        for (EntityPath path : List.of(PLAIN, SPREAD, READER)) {
            assertThat(texts(path)).containsExactly("a", "b");
        }
    }

    @Test
    @Tag("U1")
    @Tag("Q3")
    void needsRoomOnceForWhatItSendsTwice() {
        bus.create(QueueDescription.builder("small")
                .homePartition(AT)
                .maxSizeBytes(1 << 20)
                .maxMessageBytes(1 << 20)
                .duplicateDetectionWindow(WINDOW));
        EntityPath small = EntityPath.queue("small");
        Message large = message("a").body(BodyKind.BYTES, new byte[700_000]).build();
        List<OutgoingMessage> twice = List.of(new OutgoingMessage(small, large), new OutgoingMessage(small, large));
        bus.get(bus.namespace.commit(new PartitionCommit(AT, twice, List.of())));
        assertThat(texts(small)).hasSize(1);
        Message other = message("b").body(BodyKind.BYTES, new byte[200_000]).build();
        List<OutgoingMessage> both = List.of(new OutgoingMessage(small, large), new OutgoingMessage(small, other));
        bus.get(bus.namespace.commit(new PartitionCommit(AT, both, List.of())));
        assertThat(texts(small)).hasSize(2);
    }

    @Test
    @Tag("U5")
    void leavesNoTraceIfItIsRefused() {
        for (EntityPath path : List.of(PLAIN, SPREAD, NEWS)) {
            EntityPath reader = path.equals(NEWS) ? READER : path;
            bus.send(path, TestBus.text("held").partitionKey("k"));
            Delivery held = bus.take(reader);
            bus.settle(held, Settlement.COMPLETE);
            List<LockToken> lost = List.of(held.requireLockToken());
            PartitionCommit refused = new PartitionCommit(AT, sending(path, "a").sends(), lost);
            assertThat(bus.errorOf(bus.namespace.commit(refused))).isEqualTo(ErrorCode.MessageLockLost);
            commit(path, "a");
            assertThat(texts(reader)).containsExactly("a");
        }
    }

    @Test
    @Tag("U5")
    void leavesNoTraceIfTheDiskHasNotTakenIt() {
        commit(PLAIN, "first");
        bus.store().failNextAppend(AT, Reason.IO);
        assertThat(bus.errorOf(bus.namespace.commit(sending(PLAIN, "a")))).isEqualTo(ErrorCode.OutcomeUnknown);
        bus.get(bus.namespace.reopen(AT));
        commit(PLAIN, "a");
        assertThat(texts(PLAIN)).containsExactly("first", "a");
    }

    @Test
    @Tag("U1")
    void isRememberedIfTheDiskHasTakenItAndNobodyHeard() {
        commit(PLAIN, "first");
        bus.syncs(false);
        var unheard = bus.namespace.commit(sending(PLAIN, "a"));
        bus.run();
        bus.store().failNextSync(AT, Reason.IO, 1);
        bus.syncs(true);
        assertThat(bus.errorOf(unheard)).isEqualTo(ErrorCode.OutcomeUnknown);
        bus.get(bus.namespace.reopen(AT));
        commit(PLAIN, "a");
        assertThat(texts(PLAIN)).containsExactly("first", "a");
    }
}
