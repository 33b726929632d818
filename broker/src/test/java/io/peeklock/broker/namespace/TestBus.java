/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.runtime.SimulatedRuntime;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A namespace in a simulated runtime, and what tests do with it in one line each.
 *
 * <p>Not thread safe.
 */
public final class TestBus implements AutoCloseable {
    public static final EntityPath ORDERS = EntityPath.queue("orders");

    public final SimulatedRuntime runtime;
    public final LocalNamespace namespace;

    public TestBus(JournalStore store, NamespaceConfig config, long seed) {
        runtime = new SimulatedRuntime(seed);
        try {
            namespace = LocalNamespace.open(store, config, runtime);
        } catch (JournalException e) {
            throw new AssertionError("the namespace did not open", e);
        }
        runtime.runUntilIdle();
    }

    public static NamespaceConfig config(Profile profile) {
        return new NamespaceConfig(profile, Duration.ofSeconds(60), true, false, 64L << 20, 256L << 20);
    }

    /** Runs what is to do and gives the result. */
    public <T> T get(CompletableFuture<T> future) {
        runtime.runUntilIdle();
        assertThat(future).as("operation has ended").isDone();
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof BrokerException cause ? cause : e;
        }
    }

    public QueueDescription create(QueueDescription.Builder queue) {
        return get(namespace.createQueue(queue.build()));
    }

    public static Message.Builder text(String text) {
        return Message.builder().body(BodyKind.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    public static String textOf(Delivery delivery) {
        return StandardCharsets.UTF_8.decode(delivery.message().body()).toString();
    }

    public long send(String text) {
        return send(ORDERS, text(text));
    }

    public long send(EntityPath path, Message.Builder message) {
        return get(namespace.send(path, message.build()));
    }

    /** Receives under peek-lock, or null if there is nothing now. */
    public @Nullable Delivery receive(EntityPath path) {
        return receive(path, ReceiverOptions.peekLock());
    }

    public @Nullable Delivery receive(EntityPath path, ReceiverOptions options) {
        try (Receiver receiver = namespace.openReceiver(path, options)) {
            CompletableFuture<Delivery> request = receiver.receive();
            runtime.runUntilIdle();
            return receiver.cancel(request) ? null : get(request);
        }
    }

    /** Receives a message that is there. */
    public Delivery take(EntityPath path) {
        Delivery delivery = receive(path);
        assertThat(delivery).as("a message of %s", path).isNotNull();
        return delivery;
    }

    public Delivery take() {
        return take(ORDERS);
    }

    public void settle(Delivery delivery, Settlement settlement) {
        get(namespace.settle(delivery.requireLockToken(), settlement));
    }

    public EntityCounters counters() {
        return get(namespace.counters(ORDERS.name()));
    }

    /** Closes the namespace cleanly. */
    @Override
    public void close() {
        // Closing waits for the partitions: their tasks have to run while it does.
        runtime.runInlineFromNowOn();
        namespace.close();
    }
}
