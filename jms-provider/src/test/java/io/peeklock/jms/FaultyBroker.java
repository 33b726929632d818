/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.memory.SimulatedJournalStore;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A started connection to a broker on a disk that a test holds up and breaks.
 *
 * <p>For one thread; the disk works on one of its own.
 */
final class FaultyBroker implements AutoCloseable {

    static final String ORDERS = "orders";

    final PeeklockConnection connection;
    final Namespace namespace;
    final BlockingQueue<JMSException> failures = new LinkedBlockingQueue<>();
    private final SimulatedJournalStore disk = new SimulatedJournalStore(1);
    private final ScheduledExecutorService syncs = Executors.newSingleThreadScheduledExecutor();
    private volatile boolean held;

    FaultyBroker() throws JMSException {
        syncs.scheduleWithFixedDelay(this::sync, 0, 1, TimeUnit.MILLISECONDS);
        ConnectionFactorySettings settings =
                ConnectionFactorySettings.memory("faulty").partitions(1).build();
        BrokerLease lease = new BrokerRegistry()
                .lease(
                        new SimulatedAddress("faulty", settings, disk),
                        new BrokerRegistry.FactoryToken(),
                        Duration.ZERO);
        namespace = lease.namespace();
        connection = new PeeklockConnection(lease, SessionKind.ANY, SessionSettings.of(settings), null, null);
        connection.setExceptionListener(failures::add);
        connection.start();
    }

    private synchronized void sync() {
        if (!held) {
            disk.sync();
        }
    }

    /** From now on nothing becomes durable: a sync that has begun has ended. */
    synchronized void hold() {
        held = true;
    }

    /** What is waiting becomes durable, and what comes. */
    void release() {
        held = false;
    }

    /** How many batches wait for the disk. */
    int batchesHeld() {
        return disk.waiting(0);
    }

    /** Lets go of what is held, of which all or nothing reaches the disk: its sync fails. */
    void breakDisk(boolean written) {
        disk.failNextSync(0, Reason.IO, written ? Integer.MAX_VALUE : 0);
        release();
    }

    /** Makes a call during which the disk breaks. */
    void breakDiskUnder(Running.Task call, boolean written) throws Exception {
        hold();
        Running<Void> running = Running.<Void>start(() -> {
                    call.run();
                    return null;
                })
                .untilItWaits();
        breakDisk(written);
        running.result();
    }

    /** Opens the broken partition again. */
    void repair() throws Exception {
        namespace.reopen(0).get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
    }

    void send(String... texts) throws JMSException {
        try (Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue(ORDERS))) {
            for (String text : texts) {
                producer.send(session.createTextMessage(text));
            }
        }
    }

    MessageConsumer consumer(Session session) throws JMSException {
        return session.createConsumer(session.createQueue(ORDERS));
    }

    JMSException nextFailure() throws InterruptedException {
        JMSException failure = failures.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
        if (failure == null) {
            throw new AssertionError("no failure was reported");
        }
        return failure;
    }

    @Override
    public void close() throws JMSException {
        release();
        connection.close();
        syncs.shutdownNow();
    }
}
