/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.BrowsePosition;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.runtime.SimulatedRuntime;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;

/**
 * A partition in which parts of transactions are prepared, and which loses its power.
 *
 * <p>Not thread safe.
 */
abstract class PartsFixture {
    static final long QUEUE = 1;
    static final long SPLIT = 2;
    static final long SESSIONS = 3;
    static final long DETECTS = 4;
    static final long TOPIC = 5;
    static final long FIRST = 6;
    static final long SECOND = 7;
    static final BranchXid XID = new BranchXid(4660, new byte[] {1, 2}, new byte[] {3});

    SimulatedRuntime runtime = new SimulatedRuntime(1);
    SimulatedJournalStore store = new SimulatedJournalStore(1);
    final Map<Long, Partition.Entity> entities = new LinkedHashMap<>();
    Profile profile = Profile.JMS;
    Partition partition;
    MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE);
    long highestEntityId = SECOND;
    private int ids;

    @BeforeEach
    void open() {
        define(new EntityDefinition(QUEUE, 1, queue("q").build()));
        define(new EntityDefinition(SPLIT, 1, queue("split").partitioned(true).build()));
        define(new EntityDefinition(
                SESSIONS, 1, queue("sessions").sessionRequired(true).build()));
        define(new EntityDefinition(
                DETECTS,
                1,
                queue("detects")
                        .duplicateDetectionWindow(Duration.ofMinutes(10))
                        .build()));
        EntityDefinition topic = new EntityDefinition(TOPIC, 1, TopicDescription.of("news"));
        define(topic);
        define(new EntityDefinition(
                FIRST, 1, SubscriptionDescription.builder("news", "first").build(), topic));
        define(new EntityDefinition(
                SECOND, 1, SubscriptionDescription.builder("news", "second").build(), topic));
        start();
    }

    static QueueDescription.Builder queue(String name) {
        return QueueDescription.builder(name).lockDuration(Duration.ofSeconds(30));
    }

    private void define(EntityDefinition definition) {
        entities.put(definition.id(), new Partition.Entity(definition, EntityFlags.forPartitions(1)));
    }

    void start() {
        open(new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE));
    }

    void open(MemoryBudget within) {
        budget = within;
        partition = new Partition(0, new PartitionSettings(store, runtime, profile, budget), Duration.ofSeconds(60));
        partition.start(List.copyOf(entities.values()), List.of(), highestEntityId);
        run();
        assertThat(partition.health().reason()).isNull();
        assertThat(partition.health().state()).isIn(State.SERVING, State.UNUSED);
    }

    /** Everything that is not on disk is lost, and the process begins anew, with what a compaction leaves. */
    void powerCut() {
        runtime.crash();
        runtime = runtime.after();
        store = store.crash();
        store.compact(0, 1);
        start();
    }

    void close() {
        partition.close();
        run();
    }

    /** What the journal of the closed partition has. */
    LiveRecords records() throws JournalException {
        return LiveRecords.of(store, 0);
    }

    /** Somebody writes into the journal of the closed partition, which starts again. */
    void tamper(Batch batch) throws JournalException {
        try (PartitionJournal journal = store.open(0, new JournalWatch(() -> {}))) {
            LiveRecords.loaded(journal);
            journal.append(batch);
        }
        // A journal that lost something shows nothing of it.
        store.compact(0, 1);
        start();
    }

    void run() {
        runtime.runUntilIdle();
        while (store.waiting(0) > 0) {
            store.sync();
            runtime.runUntilIdle();
        }
    }

    <T> T get(CompletableFuture<T> future) {
        run();
        assertThat(future).isDone();
        return future.join();
    }

    /** The code with which it fails. */
    ErrorCode failure(CompletableFuture<?> future) {
        run();
        assertThat(future).isCompletedExceptionally();
        try {
            future.join();
            throw new AssertionError("it did not fail");
        } catch (CompletionException e) {
            return ((BrokerException) e.getCause()).code();
        }
    }

    static Message message(String text) {
        return builder(text).build();
    }

    static Message.Builder builder(String text) {
        return Message.builder().body(BodyKind.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    long send(long entity, Message message) {
        return get(partition.send(entity, message));
    }

    // ---- Transactions

    static TransactionWork sends(long entity, Message... messages) {
        List<Submission> sends = new ArrayList<>();
        for (Message message : messages) {
            sends.add(new Submission(entity, message));
        }
        return new TransactionWork(sends, List.of(), List.of());
    }

    static TransactionWork settles(Settlement settlement, List<Delivery> deliveries) {
        List<StagedSettlement> settlements = deliveries.stream()
                .map(delivery -> new StagedSettlement(delivery.requireLockToken(), settlement))
                .toList();
        return new TransactionWork(List.of(), settlements, List.of());
    }

    UUID prepared(TransactionWork work) {
        UUID id = new UUID(7, ids++);
        get(partition.prepare(new PreparedPart(id, 0, XID, List.of()), work));
        return id;
    }

    void commit(UUID id) {
        assertThat(get(partition.endPart(id, true))).isTrue();
    }

    void rollback(UUID id) {
        assertThat(get(partition.endPart(id, false))).isTrue();
    }

    // ---- What is there

    TestSubscriber subscriber(long entity, boolean deadLetter, int wanted) {
        TestSubscriber subscriber = new TestSubscriber(
                entities.get(entity).flags().of(deadLetter).requests(), ReceiveMode.PEEK_LOCK, null, 0);
        subscriber.want(wanted);
        partition.subscribe(entity, deadLetter, subscriber);
        run();
        return subscriber;
    }

    /** Receives as many as there are, and gives back none. */
    List<Delivery> receive(long entity, int wanted) {
        return receive(entity, false, wanted);
    }

    List<Delivery> receive(long entity, boolean deadLetter, int wanted) {
        TestSubscriber subscriber = subscriber(entity, deadLetter, wanted);
        subscriber.want(0);
        partition.unsubscribe(entity, deadLetter, subscriber);
        run();
        return subscriber.received;
    }

    static List<String> texts(List<Delivery> deliveries) {
        return deliveries.stream().map(PartsFixture::text).toList();
    }

    static String text(Delivery delivery) {
        byte[] bytes = new byte[delivery.message().body().remaining()];
        delivery.message().body().get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    List<Delivery> peek(long entity) {
        return get(partition.peek(entity, false, BrowsePosition.ofNumber(0), 100, null))
                .deliveries();
    }

    EntityCounters counters(long entity) {
        return get(partition.count(entity));
    }
}
