/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is a key in a transaction besides the partition key: session ids, and ids where duplicates are detected (P3, P9, P10). */
class TransactionKeysTest {
    private static final EntityPath WHOLE = EntityPath.queue("whole");
    private static final EntityPath SPREAD = EntityPath.queue("spread");

    private TestBus bus;
    private LocalTransaction transaction;

    @BeforeEach
    void open() {
        bus = new TestBus(new MemoryJournalStore(4, true), TestBus.config(Profile.JMS), 7);
        bus.create(QueueDescription.builder("whole").sessionRequired(true));
        bus.create(QueueDescription.builder("spread").partitioned(true).sessionRequired(true));
        transaction = begin(Profile.JMS);
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private LocalTransaction begin(Profile profile) {
        return new LocalTransactions(bus.namespace, TransactionSettings.of(profile), (delay, task) -> () -> {}).begin();
    }

    private static Message of(String session, String text) {
        return TestBus.text(text).sessionId(session).build();
    }

    /** Two sessions that lie in one partition. */
    private List<String> neighbours() {
        int where = bus.namespace.partitionOf(SPREAD, of("s0", ""));
        return IntStream.range(0, 1000)
                .mapToObj(i -> "s" + i)
                .filter(session -> bus.namespace.partitionOf(SPREAD, of(session, "")) == where)
                .limit(2)
                .toList();
    }

    private List<String> texts(EntityPath queue) {
        return bus.get(bus.namespace.peek(queue, 0, 250)).stream()
                .map(TestBus::textOf)
                .toList();
    }

    @Test
    @Tag("P10")
    void takesOneSessionOfAPartitionedQueueAlsoIfAnotherLiesBesideIt() {
        List<String> sessions = neighbours();
        transaction.send(SPREAD, of(sessions.get(0), "1"));
        BrokerException refusal = catchThrowableOfType(
                BrokerException.class, () -> transaction.send(SPREAD, of(sessions.get(1), "other")));
        assertThat(refusal.code()).isEqualTo(ErrorCode.InvalidOperation);
        assertThat(refusal).hasMessageContaining("'" + sessions.get(0) + "'");
        transaction.send(SPREAD, of(sessions.get(0), "2"));
        bus.get(transaction.commit());
        assertThat(texts(SPREAD)).containsExactly("1", "2");
    }

    @Test
    @Tag("P10")
    void areThoseOfReceivedMessagesTooWhereTheQueueIsPartitioned() {
        List<String> sessions = neighbours();
        for (EntityPath queue : List.of(WHOLE, SPREAD)) {
            LocalTransaction receiving = begin(Profile.JMS);
            for (String session : sessions) {
                bus.send(queue, TestBus.text("in").sessionId(session));
            }
            SessionReceiver first =
                    bus.get(bus.namespace.acceptSession(queue, sessions.get(0), SessionOptions.peekLock()));
            SessionReceiver second =
                    bus.get(bus.namespace.acceptSession(queue, sessions.get(1), SessionOptions.peekLock()));
            receiving.enlist(bus.get(first.receive()));
            Delivery other = bus.get(second.receive());
            if (queue.equals(WHOLE)) {
                receiving.enlist(other);
            } else {
                BrokerException refusal = catchThrowableOfType(BrokerException.class, () -> receiving.enlist(other));
                assertThat(refusal)
                        .hasMessageContaining("'" + sessions.get(0) + "'")
                        .hasMessageContaining("'" + sessions.get(1) + "'");
            }
            bus.get(receiving.commit());
            first.close();
            second.close();
        }
        assertThat(texts(WHOLE)).isEmpty();
        assertThat(texts(SPREAD)).containsExactly("in");
    }

    @Test
    @Tag("P10")
    void takesAnyNumberOfSessionsOfAnUnpartitionedQueue() {
        transaction.send(WHOLE, of("a", "a1"));
        transaction.send(WHOLE, of("b", "b1"));
        transaction.send(WHOLE, of("a", "a2"));
        bus.get(transaction.commit());
        assertThat(texts(WHOLE)).containsExactly("a1", "b1", "a2");
    }

    @Test
    @Tag("P10")
    void receivesAndSendsInTheSameSession() {
        for (EntityPath queue : List.of(WHOLE, SPREAD)) {
            bus.send(queue, TestBus.text("in").sessionId("s"));
            SessionReceiver held = bus.get(bus.namespace.acceptSession(queue, "s", SessionOptions.peekLock()));
            LocalTransaction both = begin(Profile.JMS);
            both.enlist(bus.get(held.receive()));
            both.send(queue, of("s", "out"));
            bus.get(both.commit());
            assertThat(texts(queue)).containsExactly("out");
            held.close();
        }
    }

    @Test
    @Tag("N5")
    @Tag("P10")
    void schedulesInItsSession() {
        for (EntityPath queue : List.of(WHOLE, SPREAD)) {
            LocalTransaction scheduling = begin(Profile.JMS);
            Instant due = Instant.ofEpochMilli(bus.runtime.clock().wallTimeMs() + 1000);
            long number = bus.get(scheduling.schedule(queue, of("s", "later"), due));
            bus.get(scheduling.commit());
            assertThat(bus.get(bus.namespace.peek(queue, 0, 9)))
                    .extracting(Delivery::sequenceNumber)
                    .containsExactly(number);
            bus.advance(Duration.ofSeconds(2));
            SessionReceiver held = bus.get(bus.namespace.acceptSession(queue, "s", SessionOptions.peekLock()));
            assertThat(TestBus.textOf(bus.get(held.receive()))).isEqualTo("later");
            held.close();
        }
    }

    /** What it has received ties it to a partition as its own sends do. */
    @Test
    @Tag("P11")
    void ofAReceivedMessageAreNamedBesideThoseOfARefusedSend() {
        EntityPath parts = EntityPath.queue("parts");
        bus.create(QueueDescription.builder("parts").partitioned(true));
        bus.send(parts, TestBus.text("in").partitionKey("a"));
        Delivery received = bus.take(parts);
        int here = received.requireLockToken().partition();
        String elsewhere = IntStream.range(0, 1000)
                .mapToObj(i -> "b" + i)
                .filter(key -> bus.namespace.partitionOf(
                                parts, TestBus.text("").partitionKey(key).build())
                        != here)
                .findFirst()
                .orElseThrow();
        Message refused = TestBus.text("refused").partitionKey(elsewhere).build();
        transaction.enlist(received);
        assertThat(transaction.partition()).isEqualTo(here);
        for (Runnable offence : List.<Runnable>of(
                () -> transaction.send(parts, refused),
                () -> transaction.schedule(parts, refused, Instant.ofEpochMilli(Long.MAX_VALUE)))) {
            BrokerException refusal = catchThrowableOfType(BrokerException.class, offence::run);
            assertThat(refusal.code()).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(refusal)
                    .hasMessageContaining("partition " + here)
                    .hasMessageContaining("'a'")
                    .hasMessageContaining("'" + elsewhere + "'")
                    .hasMessageContaining("partition " + bus.namespace.partitionOf(parts, refused));
        }
        transaction.send(parts, TestBus.text("out").partitionKey("a").build());
        bus.get(transaction.commit());
        assertThat(texts(parts)).containsExactly("out");
        assertThat(bus.get(bus.namespace.counters(parts)).scheduled()).isZero();
    }

    /** A send that is refused decides nothing: the next one may go anywhere. */
    @Test
    @Tag("P9")
    @Tag("P11")
    void ofARefusedSendTieTheTransactionToNothing() {
        EntityPath parts = EntityPath.queue("parts");
        bus.create(QueueDescription.builder("parts").partitioned(true));
        LocalTransaction strict = begin(Profile.AZURE);
        Message keyless = TestBus.text("keyless").build();
        BrokerException refusal = catchThrowableOfType(BrokerException.class, () -> strict.send(parts, keyless));
        assertThat(refusal.code()).isEqualTo(ErrorCode.InvalidOperation);
        assertThat(strict.isEmpty()).isTrue();
        assertThat(strict.partition()).isEqualTo(PartitionPin.NONE);
        strict.send(parts, TestBus.text("out").partitionKey("a").build());
        bus.get(strict.commit());
        assertThat(texts(parts)).containsExactly("out");
    }

    @Test
    @Tag("P3")
    @Tag("P9")
    void areTheIdsOfMessagesWhereDuplicatesAreDetected() {
        EntityPath once = EntityPath.queue("once");
        bus.create(QueueDescription.builder("once").partitioned(true).duplicateDetectionWindow(Duration.ofMinutes(1)));
        for (Profile profile : Profile.values()) {
            LocalTransaction keyed = begin(profile);
            keyed.send(
                    once, TestBus.text("1").applicationMessageId(profile + "1").build());
            keyed.send(
                    once,
                    TestBus.text("again").applicationMessageId(profile + "1").build());
            for (int i = 2; i < 20; i++) {
                // Also if it lies in the same partition.
                Message other = TestBus.text("other")
                        .applicationMessageId(profile + "" + i)
                        .build();
                BrokerException refusal = catchThrowableOfType(BrokerException.class, () -> keyed.send(once, other));
                assertThat(refusal.code()).isEqualTo(ErrorCode.InvalidOperation);
            }
            bus.get(keyed.commit());
        }
        assertThat(texts(once)).containsExactly("1", "1");
        Message keyless = TestBus.text("x").messageId("ID:made").build();
        LocalTransaction strict = begin(Profile.AZURE);
        assertThat(catchThrowableOfType(BrokerException.class, () -> strict.send(once, keyless)))
                .hasMessageContaining("needs a partition key");
    }
}
