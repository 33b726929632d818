/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.memory.SimulatedJournalStore;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * A broker of four partitions whose disks fail one by one, and that ends in a power cut and is opened again.
 *
 * <p>Thread safe, but for {@link #crash}, which is for the thread that made it.
 */
final class CrashingBroker implements AutoCloseable {

    static final int PARTITIONS = 4;

    private final ScheduledExecutorService syncs = Executors.newSingleThreadScheduledExecutor();
    private final List<PeeklockConnection> connections = new ArrayList<>();
    private volatile SimulatedJournalStore disk = new SimulatedJournalStore(PARTITIONS);
    private volatile Namespace namespace;
    private BrokerRegistry registry = new BrokerRegistry();
    private final AtomicIntegerArray held = new AtomicIntegerArray(PARTITIONS);

    CrashingBroker() throws JMSException {
        syncs.scheduleWithFixedDelay(this::sync, 0, 1, TimeUnit.MILLISECONDS);
        namespace = connect("").bus();
    }

    private void sync() {
        for (int i = JournalStore.DEFINITIONS; i < PARTITIONS; i++) {
            if (i < 0 || held.get(i) == 0) {
                disk.sync(i, Integer.MAX_VALUE);
            }
        }
    }

    /** A further connection, started. */
    PeeklockConnection connect(String options) throws JMSException {
        ConnectionFactorySettings settings =
                ConnectionFactorySettings.parse("peeklock:mem:crashing?partitions=" + PARTITIONS + options);
        BrokerLease lease = registry.lease(
                new SimulatedAddress("crashing", settings, disk), new BrokerRegistry.FactoryToken(), Duration.ZERO);
        PeeklockConnection connection =
                new PeeklockConnection(lease, SessionKind.ANY, SessionSettings.of(settings), null, null);
        connection.setExceptionListener(e -> {});
        connection.start();
        connections.add(connection);
        return connection;
    }

    Namespace namespace() {
        return namespace;
    }

    /** One of the disks stops, fails with its next write, or fails with an outcome that nobody knows. */
    void failSomehow(Random random) {
        int partition = random.nextInt(PARTITIONS);
        if (namespace.health().get(partition).state() != PartitionHealth.State.SERVING) {
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> disk.failNextSync(partition, Reason.IO, random.nextInt(4));
            case 1 -> disk.failNextAppend(partition, Reason.IO);
            case 2 -> held.set(partition, 1);
            default -> {}
        }
    }

    /** Whether somebody waits for a disk that has stopped. */
    boolean isStuck() {
        for (int i = 0; i < PARTITIONS; i++) {
            if (held.get(i) == 1 && disk.waiting(i) > 0) {
                return true;
            }
        }
        return false;
    }

    /** All of them go on, and what is out is opened again. */
    void repair() throws Exception {
        for (int i = 0; i < PARTITIONS; i++) {
            held.set(i, 0);
            namespace.reopen(i).get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** A power cut; what had been written of what was not synced is chance. */
    void crash(Random random) throws JMSException {
        SimulatedJournalStore after = disk.crash(random);
        for (int i = 0; i < PARTITIONS; i++) {
            held.set(i, 0);
        }
        for (PeeklockConnection connection : connections) {
            try {
                connection.close();
            } catch (JMSException e) {
                // Its disk is gone.
            }
        }
        connections.clear();
        disk = after;
        registry = new BrokerRegistry();
        namespace = connect("").bus();
    }

    @Override
    public void close() throws JMSException {
        for (int i = 0; i < PARTITIONS; i++) {
            held.set(i, 0);
        }
        for (PeeklockConnection connection : connections) {
            connection.close();
        }
        syncs.shutdownNow();
    }
}
