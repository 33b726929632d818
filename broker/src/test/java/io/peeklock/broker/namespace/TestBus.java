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
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.runtime.SimulatedRuntime;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    private final @Nullable SimulatedJournalStore simulated;
    private boolean syncs;

    public TestBus(JournalStore store, NamespaceConfig config, long seed) {
        this(store, config, new SimulatedRuntime(seed));
    }

    public TestBus(JournalStore store, NamespaceConfig config, SimulatedRuntime runtime) {
        this(store, config, runtime, true);
    }

    /** @param syncs whether what it writes at its start gets to the disk */
    TestBus(JournalStore store, NamespaceConfig config, SimulatedRuntime runtime, boolean syncs) {
        this.runtime = runtime;
        this.syncs = syncs;
        simulated = store instanceof SimulatedJournalStore other ? other : null;
        if (simulated != null) {
            simulated.swapOnlyWhen(runtime::onBusThread);
        }
        try {
            namespace = LocalNamespace.open(store, config, runtime);
        } catch (JournalException e) {
            throw new AssertionError("the namespace did not open", e);
        }
        run();
    }

    /** A namespace on journals that lose what was not synced; {@link #run} syncs them. */
    public static TestBus simulated(int partitions, NamespaceConfig config) {
        return new TestBus(new SimulatedJournalStore(partitions), config, 1);
    }

    /** The namespace after a clean close and a new start. */
    public TestBus restarted() {
        close();
        return new TestBus(store().kill(), namespace.config(), runtime.after());
    }

    /** The namespace after the process was killed and started again. */
    public TestBus killed() {
        runtime.crash();
        return new TestBus(store().kill(), namespace.config(), runtime.after());
    }

    /** The namespace after a power cut that took what was not synced. */
    public TestBus crashed() {
        runtime.crash();
        return new TestBus(store().crash(), namespace.config(), runtime.after());
    }

    /** The simulated journals. */
    public SimulatedJournalStore store() {
        if (simulated == null) {
            throw new IllegalStateException("not a bus on simulated journals");
        }
        return simulated;
    }

    /** Whether {@link #run} syncs simulated journals. */
    public void syncs(boolean value) {
        syncs = value;
    }

    /** Runs what is to do, with the syncs it waits for. */
    public void run() {
        runtime.runUntilIdle();
        SimulatedJournalStore store = simulated;
        while (store != null && syncs && isAnyWaiting(store)) {
            store.sync();
            runtime.runUntilIdle();
        }
        if (store != null) {
            store.checkSwapUse();
        }
    }

    private static boolean isAnyWaiting(SimulatedJournalStore store) {
        for (int index = JournalStore.DEFINITIONS; index < store.partitions(); index++) {
            if (store.waiting(index) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Moves the clocks, running what becomes due. */
    public void advance(Duration by) {
        runtime.advance(by);
        run();
    }

    /** The error that an operation ends with. */
    public BrokerException failure(CompletableFuture<?> future) {
        run();
        assertThat(future).as("operation has ended").isDone();
        return (BrokerException) future.handle((value, failure) -> failure).join();
    }

    public ErrorCode errorOf(CompletableFuture<?> future) {
        return failure(future).code();
    }

    public static NamespaceConfig config(Profile profile) {
        return new NamespaceConfig(profile, Duration.ofSeconds(60), true, false, 64L << 20, 256L << 20);
    }

    /** Runs what is to do and gives the result. */
    public <T> T get(CompletableFuture<T> future) {
        run();
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
            run();
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

    /** The texts of all messages that can be received now, which stay locked. */
    public List<String> takeAll(EntityPath path) {
        List<String> texts = new ArrayList<>();
        for (Delivery next = receive(path); next != null; next = receive(path)) {
            texts.add(textOf(next));
        }
        return texts;
    }

    public void settle(Delivery delivery, Settlement settlement) {
        get(namespace.settle(delivery.requireLockToken(), settlement));
    }

    public EntityCounters counters() {
        return get(namespace.counters(ORDERS));
    }

    /** Closes the namespace cleanly. */
    @Override
    public void close() {
        // Closing waits for the partitions: their tasks have to run while it does.
        run();
        runtime.runInlineFromNowOn();
        namespace.close();
    }
}
