/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.routing.PartitionHash;
import io.peeklock.broker.runtime.Seeds;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Receivers of an entity of 16 fragments wait, come and go, while partitions go out and come back. */
class ReceiverResumesTest {
    private static final int PARTITIONS = 16;
    private static final int STEPS = 150;
    private static final EntityPath SPREAD = EntityPath.queue("spread");
    private static final String[] KEYS = keys();

    /** Who waits for one message. Immutable. */
    private record Waiter(Receiver receiver, CompletableFuture<Delivery> request) {}

    private static String[] keys() {
        String[] keys = new String[PARTITIONS];
        for (int found = 0, i = 0; found < PARTITIONS; i++) {
            int partition = PartitionHash.partitionOf("k" + i, PARTITIONS);
            if (keys[partition] == null) {
                keys[partition] = "k" + i;
                found++;
            }
        }
        return keys;
    }

    private static final class Simulation {
        private final Random random;
        private final TestBus bus;
        private final List<Waiter> waiters = new ArrayList<>();
        private final List<Receiver> idle = new ArrayList<>();

        Simulation(long seed) {
            random = new Random(seed);
            bus = new TestBus(new SimulatedJournalStore(PARTITIONS), TestBus.config(Profile.JMS), seed);
            bus.create(QueueDescription.builder("spread").partitioned(true));
        }

        void step() {
            bus.runtime.callFromApplication(random.nextBoolean());
            int partition = random.nextInt(PARTITIONS);
            switch (random.nextInt(8)) {
                case 0, 1 -> ask();
                case 2 -> leave();
                case 3 -> fail(partition);
                case 4 -> bus.namespace.reopen(partition);
                default -> bus.namespace.send(SPREAD, to(partition));
            }
            if (random.nextBoolean()) {
                bus.run();
                check();
            }
        }

        private static Message to(int partition) {
            return TestBus.text("m").partitionKey(KEYS[partition]).build();
        }

        private void ask() {
            Receiver receiver = idle.isEmpty() || random.nextBoolean()
                    ? bus.namespace.openReceiver(SPREAD, ReceiverOptions.peekLock())
                    : idle.remove(0);
            waiters.add(new Waiter(receiver, receiver.receive()));
        }

        /** One leaves, and the next that comes has its slot. */
        private void leave() {
            if (!waiters.isEmpty()) {
                Waiter gone = waiters.remove(random.nextInt(waiters.size()));
                gone.receiver().close();
                if (gone.request().isDone() && !gone.request().isCompletedExceptionally()) {
                    bus.namespace.settle(gone.request().join().requireLockToken(), Settlement.RELEASE);
                }
                ask();
            }
        }

        private void fail(int partition) {
            State state = bus.namespace.health().get(partition).state();
            if (state == State.SERVING || state == State.UNUSED) {
                bus.store().failNextAppend(partition, Reason.IO);
                bus.namespace.send(SPREAD, to(partition));
            }
        }

        /** Whoever was served has another turn later; nobody waits while a partition that serves has something. */
        private void check() {
            waiters.removeIf(waiter -> {
                if (waiter.request().isDone()) {
                    bus.namespace.settle(waiter.request().join().requireLockToken(), Settlement.COMPLETE);
                    idle.add(waiter.receiver());
                    return true;
                }
                return false;
            });
            bus.run();
            if (waiters.stream().anyMatch(waiter -> !waiter.request().isDone())) {
                assertThat(bus.get(bus.namespace.counters(SPREAD)).active()).isZero();
            }
        }

        /** All are back, and each can still wake somebody. */
        void heal() {
            bus.run();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                bus.get(bus.namespace.reopen(partition));
            }
            bus.run();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                waiters.forEach(waiter -> waiter.receiver().cancel(waiter.request()));
                waiters.clear();
                Receiver receiver = bus.namespace.openReceiver(SPREAD, ReceiverOptions.receiveAndDelete());
                while (bus.get(bus.namespace.counters(SPREAD)).active() > 0) {
                    bus.get(receiver.receive());
                }
                CompletableFuture<Delivery> request = receiver.receive();
                bus.run();
                bus.get(bus.namespace.send(SPREAD, to(partition)));
                assertThat(request).isCompleted();
                receiver.close();
            }
            bus.close();
        }
    }

    @Test
    @Tag("P8")
    void nobodyWaitsInVain() {
        Seeds.run(20, seed -> {
            Simulation simulation = new Simulation(seed);
            for (int step = 0; step < STEPS; step++) {
                simulation.step();
            }
            simulation.heal();
        });
    }
}
