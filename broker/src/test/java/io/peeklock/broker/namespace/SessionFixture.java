/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A bus with a queue that requires sessions, in one partition or in sixteen, and what tests of it do again and again.
 *
 * <p>Not thread safe.
 */
abstract class SessionFixture {
    static final Duration LOCK = Duration.ofSeconds(10);
    static final EntityPath ORDERS = TestBus.ORDERS;

    private final boolean partitioned;
    TestBus bus;

    SessionFixture(boolean partitioned) {
        this.partitioned = partitioned;
    }

    @BeforeEach
    void open() {
        bus = TestBus.simulated(16, TestBus.config(Profile.JMS));
        bus.create(queue());
    }

    @AfterEach
    void close() {
        bus.close();
    }

    QueueDescription.Builder queue() {
        return QueueDescription.builder("orders")
                .partitioned(partitioned)
                .sessionRequired(true)
                .lockDuration(LOCK);
    }

    boolean isPartitioned() {
        return partitioned;
    }

    void send(String session, String... texts) {
        for (String text : texts) {
            bus.send(ORDERS, TestBus.text(text).sessionId(session));
        }
    }

    CompletableFuture<SessionReceiver> accepting(@Nullable String session) {
        CompletableFuture<SessionReceiver> accepted =
                bus.namespace.acceptSession(ORDERS, session, SessionOptions.peekLock());
        bus.run();
        return accepted;
    }

    SessionReceiver accept(@Nullable String session) {
        return bus.get(accepting(session));
    }

    Receiver plain() {
        return bus.namespace.openReceiver(ORDERS, ReceiverOptions.peekLock());
    }

    /** What it gets now, or null. */
    @Nullable
    Delivery next(Receiver receiver) {
        CompletableFuture<Delivery> request = receiver.receiveNow(-1);
        bus.run();
        return request.isCancelled() ? null : bus.get(request);
    }

    Delivery take(Receiver receiver) {
        Delivery delivery = next(receiver);
        assertThat(delivery).as("a message").isNotNull();
        return delivery;
    }

    String textOfNext(Receiver receiver) {
        return TestBus.textOf(take(receiver));
    }

    void complete(Delivery delivery) {
        bus.settle(delivery, Settlement.COMPLETE);
    }

    CompletableFuture<Void> settling(Delivery delivery, Settlement settlement) {
        return bus.namespace.settle(delivery.requireLockToken(), settlement);
    }
}
