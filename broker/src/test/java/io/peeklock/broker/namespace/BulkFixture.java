/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BulkOperation;
import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A bus with a queue or subscription, in one partition or in four, and what tests do with many of its messages.
 *
 * <p>Not thread safe.
 */
abstract class BulkFixture {
    static final Duration LOCK = Duration.ofSeconds(30);
    static final int PARTITIONS = 4;

    final Kind kind;
    /** Where messages are received, and where they are sent. */
    final EntityPath path;

    final EntityPath destination;
    TestBus bus;

    BulkFixture(Kind kind) {
        this.kind = kind;
        this.destination = kind.isQueue() ? TestBus.ORDERS : EntityPath.topic("news");
        this.path = kind.isQueue() ? destination : EntityPath.subscription("news", "all");
    }

    @BeforeEach
    void open() {
        bus = TestBus.simulated(PARTITIONS, TestBus.config(Profile.JMS));
        create();
    }

    private void create() {
        if (kind.isQueue()) {
            bus.create(queue());
            return;
        }
        bus.get(bus.namespace.createTopic(
                TopicDescription.builder("news").partitioned(kind.isSpread()).build()));
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.builder("news", "all")
                .lockDuration(LOCK)
                .maxDeliveryCount(2)
                .build()));
    }

    QueueDescription.Builder queue() {
        return QueueDescription.builder("orders")
                .partitioned(kind.isSpread())
                .lockDuration(LOCK)
                .maxDeliveryCount(2);
    }

    @AfterEach
    void close() {
        bus.close();
    }

    EntityPath deadLetters() {
        return path.deadLetterQueue();
    }

    /** Sends a message of one key, so that its place among the others is certain. */
    long send(String text) {
        return bus.send(destination, keyed(text));
    }

    static Message.Builder keyed(String text) {
        return TestBus.text(text).partitionKey("k");
    }

    /** Sends these, one after the other, and has each dead-lettered. */
    void dead(String... texts) {
        for (String text : texts) {
            send(text);
            bus.settle(bus.take(path), because("Bad"));
        }
    }

    /** As many in all partitions. */
    void deadWithoutKeys(int count) {
        for (int i = 0; i < count; i++) {
            bus.send(destination, TestBus.text("m" + i));
            bus.settle(bus.take(path), because("Bad"));
        }
    }

    /** So many of one key, named by their places. */
    void deadLetterMany(int count) {
        for (int i = 0; i < count; i++) {
            bus.namespace.send(destination, keyed("m" + i).build());
        }
        bus.run();
        try (Receiver receiver = bus.namespace.openReceiver(path, ReceiverOptions.peekLock())) {
            for (int i = 0; i < count; i++) {
                CompletableFuture<Delivery> next = receiver.receive();
                bus.run();
                bus.namespace.settle(bus.get(next).requireLockToken(), because("Bad"));
            }
            bus.run();
        }
    }

    static Settlement because(String reason) {
        return new Settlement.DeadLetter(reason, "it was so", Map.of());
    }

    BulkOperation purging(EntityPath source, MessageSelection selection) {
        return bus.namespace.purgeMessages(source, selection);
    }

    BulkProgress purge(EntityPath source, MessageSelection selection) {
        return bus.get(purging(source, selection).result());
    }

    BulkOperation redriving(MessageSelection selection) {
        return bus.namespace.redriveMessages(deadLetters(), selection);
    }

    BulkProgress redrive(MessageSelection selection) {
        return bus.get(redriving(selection).result());
    }

    static BulkProgress done(long messages) {
        return new BulkProgress(messages, 0, 0, 0, null, 0);
    }

    EntityCounters counters() {
        return bus.get(bus.namespace.counters(path));
    }

    /** The texts of what is there, by number, without taking it. */
    List<String> texts(EntityPath source) {
        return bus.get(bus.namespace.peek(source, 0, 250)).stream()
                .map(TestBus::textOf)
                .toList();
    }

    Delivery onlyOne(EntityPath source) {
        List<Delivery> there = bus.get(bus.namespace.peek(source, 0, 250));
        assertThat(there).hasSize(1);
        return there.get(0);
    }
}
