/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.provider.Arguments;

/**
 * For rules that hold whatever is received from, and whatever way a process has ended.
 *
 * <p>Not thread safe. All messages have one partition key, so that their order is one, too.
 */
abstract class EveryKindFixture {
    static final Duration LOCK = Duration.ofSeconds(30);
    static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);
    static final int MAX_DELIVERIES = 3;

    /** How a process ends before the next one begins. */
    enum End {
        CLOSE,
        KILL,
        POWER_CUT
    }

    static Stream<Arguments> everywhere() {
        List<Arguments> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            Arrays.stream(End.values()).forEach(end -> all.add(Arguments.of(kind, end)));
        }
        return all.stream();
    }

    /** The same for subscriptions alone. */
    static Stream<Arguments> topics() {
        return everywhere().filter(one -> !((Kind) one.get()[0]).isQueue());
    }

    TestBus bus;
    /** Where messages are sent to. */
    EntityPath to;
    /** Where they are received from. */
    EntityPath from;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(4, TestBus.config(Profile.JMS));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    /** With {@link #LOCK}, {@link #TIME_TO_LIVE}, {@link #MAX_DELIVERIES}, and dead-lettering what expires. */
    void create(Kind kind) {
        create(kind, false);
    }

    void create(Kind kind, boolean sessions) {
        create(kind, sessions, Duration.ZERO);
    }

    /** @param window of the detection of duplicates, zero for none */
    void create(Kind kind, boolean sessions, Duration window) {
        if (kind.isQueue()) {
            bus.create(QueueDescription.builder("orders")
                    .partitioned(kind.isSpread())
                    .lockDuration(LOCK)
                    .maxDeliveryCount(MAX_DELIVERIES)
                    .defaultTimeToLive(TIME_TO_LIVE)
                    .deadLetterOnExpiry(true)
                    .duplicateDetectionWindow(window)
                    .sessionRequired(sessions));
            to = TestBus.ORDERS;
            from = to;
            return;
        }
        bus.get(bus.namespace.createTopic(TopicDescription.builder("news")
                .partitioned(kind.isSpread())
                .duplicateDetectionWindow(window)
                .build()));
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.builder("news", "reader")
                .lockDuration(LOCK)
                .maxDeliveryCount(MAX_DELIVERIES)
                .defaultTimeToLive(TIME_TO_LIVE)
                .deadLetterOnExpiry(true)
                .sessionRequired(sessions)
                .build()));
        to = EntityPath.topic("news");
        from = EntityPath.subscription("news", "reader");
    }

    /** From now on, what expires is dropped. */
    void dropExpired(Kind kind) {
        if (kind.isQueue()) {
            QueueDescription queue = bus.get(bus.namespace.queue("orders"));
            bus.get(bus.namespace.updateQueue(
                    queue.toBuilder().deadLetterOnExpiry(false).build()));
        } else {
            SubscriptionDescription reader = bus.get(bus.namespace.subscription("news", "reader"));
            bus.get(bus.namespace.updateSubscription(
                    reader.toBuilder().deadLetterOnExpiry(false).build()));
        }
    }

    void end(End how) {
        bus = switch (how) {
            case CLOSE -> bus.restarted();
            case KILL -> bus.killed();
            case POWER_CUT -> bus.crashed();
        };
    }

    static Message.Builder message(String text) {
        return TestBus.text(text).partitionKey("key");
    }

    void send(String text) {
        bus.send(to, message(text));
    }

    long now() {
        return bus.runtime.clock().wallTimeMs();
    }

    List<Delivery> shown(EntityPath path) {
        return bus.get(bus.namespace.peek(path, 0, 250));
    }

    List<String> texts(EntityPath path) {
        return shown(path).stream().map(TestBus::textOf).toList();
    }
}
