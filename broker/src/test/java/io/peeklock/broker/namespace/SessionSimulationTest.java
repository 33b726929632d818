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
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.routing.PartitionHash;
import io.peeklock.broker.runtime.Seeds;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many receivers compete for few sessions, whose messages come one after the other whatever happens: abandons, releases,
 * closed receivers, lost locks, late timers, failed partitions, kills, power cuts; and nobody waits while there is something
 * for him.
 */
class SessionSimulationTest {
    private static final int RUNS = 120;
    private static final int STEPS = 300;
    private static final int PARTITIONS = 4;
    private static final Duration LOCK = Duration.ofSeconds(5);
    private static final EntityPath ORDERS = TestBus.ORDERS;

    @Test
    @Tag("G2")
    @Tag("G3")
    @Tag("G4")
    @Tag("G5")
    @Tag("G6")
    @Tag("N9")
    @Tag("P8")
    void everySessionKeepsItsOrder() {
        Seeds.run(RUNS, seed -> {
            Run run = new Run(seed);
            for (int step = 0; step < STEPS; step++) {
                run.step();
            }
            run.drain();
        });
    }

    private record Asked(Receiver receiver, CompletableFuture<Delivery> request) {}

    private static final class Run {
        private final Random random;
        private final List<SessionHistory> sessions = new ArrayList<>();
        private final List<Receiver> receivers = new ArrayList<>();
        private final List<Asked> asked = new ArrayList<>();
        private final boolean partitioned;
        private final List<CompletableFuture<SessionReceiver>> accepting = new ArrayList<>();
        /** Under which each receiver got its last message. */
        private final Map<Receiver, UUID> lastLocks = new IdentityHashMap<>();

        private TestBus bus;

        Run(long seed) {
            random = new Random(seed);
            partitioned = random.nextBoolean();
            bus = new TestBus(new SimulatedJournalStore(PARTITIONS), TestBus.config(Profile.AZURE), seed);
            bus.create(QueueDescription.builder("orders")
                    .partitioned(partitioned)
                    .sessionRequired(true)
                    .lockDuration(LOCK)
                    .maxDeliveryCount(100_000));
            for (int i = 0; i < 5; i++) {
                sessions.add(new SessionHistory("session" + i));
            }
        }

        private SessionHistory anySession() {
            return sessions.get(random.nextInt(sessions.size()));
        }

        void step() {
            switch (random.nextInt(30)) {
                case 0, 1, 2, 3, 4, 5 -> send(anySession(), true);
                case 6, 7 -> receivers.add(bus.namespace.openReceiver(ORDERS, ReceiverOptions.peekLock()));
                case 8 -> accept(null);
                case 9 -> accept(anySession().id);
                case 10, 11, 12, 13, 14 -> ask();
                case 15, 16, 17, 18, 19 -> settle(anySession(), true);
                case 20, 21 -> closeReceiver();
                case 22 -> bus.advance(Duration.ofMillis(random.nextInt(4000)));
                case 23 -> bus.runtime.advanceWithoutTimers(Duration.ofMillis(random.nextInt(4000)));
                case 24 -> checkLost();
                case 25 -> giveUpAccepting();
                case 26, 27 -> checkNobodyWaitsInVain();
                case 28 -> failPartition(anySession());
                default -> {
                    if (random.nextInt(4) == 0) {
                        end();
                    }
                }
            }
            bus.run();
            collect();
        }

        private void send(SessionHistory session, boolean isSynced) {
            int number = session.nextToSend();
            CompletableFuture<Long> sent = bus.namespace.send(
                    ORDERS,
                    TestBus.text(String.valueOf(number))
                            .sessionId(session.id)
                            .priority(random.nextInt(10))
                            .build());
            if (isSynced) {
                bus.get(sent);
                session.sent(number);
            } else {
                session.perhapsSent(number);
            }
        }

        private void accept(@Nullable String id) {
            SessionOptions options = SessionOptions.peekLock();
            accepting.add(bus.namespace.acceptSession(ORDERS, id, random.nextBoolean() ? options.healing() : options));
        }

        private void ask() {
            if (!receivers.isEmpty()) {
                Receiver receiver = receivers.get(random.nextInt(receivers.size()));
                asked.add(new Asked(receiver, random.nextBoolean() ? receiver.receive() : receiver.receiveNow(-1)));
            }
        }

        private void collect() {
            for (CompletableFuture<SessionReceiver> one : List.copyOf(accepting)) {
                if (one.isDone()) {
                    accepting.remove(one);
                    if (!one.isCompletedExceptionally()) {
                        receivers.add(one.join());
                    } else {
                        assertThat(bus.errorOf(one)).isEqualTo(ErrorCode.SessionCannotBeLocked);
                    }
                }
            }
            // In the order of the requests, which is that of the answers: one receiver's are served one after the
            // other.
            List<Delivery> come = new ArrayList<>();
            for (Asked one : List.copyOf(asked)) {
                if (one.request().isDone()) {
                    asked.remove(one);
                    if (!one.request().isCompletedExceptionally()) {
                        come.add(one.request().join());
                        checkHolder(one.receiver(), one.request().join());
                    }
                }
            }
            come.sort((a, b) -> Long.compare(a.sequenceNumber(), b.sequenceNumber()));
            for (Delivery delivery : come) {
                session(delivery).received(delivery);
            }
        }

        /** Who has accepted a session gets its messages and no others (rule G3). */
        private void checkHolder(Receiver receiver, Delivery delivery) {
            lastLocks.put(receiver, delivery.requireLockToken().sessionLock());
            if (receiver instanceof SessionReceiver held) {
                assertThat(delivery.message().sessionId()).isEqualTo(held.sessionId());
                assertThat(delivery.requireLockToken().sessionLock())
                        .isEqualTo(held.sessionToken().id());
            }
        }

        private void giveUpAccepting() {
            if (!accepting.isEmpty()) {
                accepting.remove(random.nextInt(accepting.size())).cancel(false);
            }
        }

        /** Who holds nothing unsettled, and moves on or accepts the next, has something if a session is free that has. */
        private void checkNobodyWaitsInVain() {
            // Whose lock has run out under a late timer holds his session until that comes, and waits in it.
            bus.advance(Duration.ZERO);
            collect();
            boolean isAnyIdle = !accepting.isEmpty()
                    || asked.stream()
                            .map(Asked::receiver)
                            .anyMatch(one -> !(one instanceof SessionReceiver)
                                    && sessions.stream().noneMatch(session -> session.isHeldUnder(lastLocks.get(one))));
            if (isAnyIdle) {
                for (SessionInfo session : bus.get(bus.namespace.listSessions(ORDERS, null, 100))) {
                    List<Delivery> there = bus.get(bus.namespace.peekSession(ORDERS, session.sessionId(), 0, 250));
                    assertThat(session.held() || there.isEmpty())
                            .as("%s is free while somebody waits", session)
                            .isTrue();
                }
            }
        }

        /** The disk fails in the middle of something; its partition is opened again at once. */
        private void failPartition(SessionHistory one) {
            giveUpAsking();
            int partition = partitionOf(one);
            List<SessionHistory> there = sessions.stream()
                    .filter(session -> partitionOf(session) == partition)
                    .toList();
            bus.syncs(false);
            if (random.nextBoolean()) {
                bus.store().failNextAppend(partition, Reason.IO);
            } else {
                bus.store().failNextSync(partition, Reason.IO, random.nextInt(3));
            }
            doSomething(there);
            send(one, false);
            bus.syncs(true);
            bus.run();
            bus.get(bus.namespace.reopen(partition));
            there.forEach(SessionHistory::lockIsLost);
            checkLost();
        }

        private int partitionOf(SessionHistory session) {
            return partitioned ? PartitionHash.partitionOf(session.id, PARTITIONS) : 0;
        }

        /** Whoever is served now may see what comes after a completion that the end takes back. */
        private void giveUpAsking() {
            asked.forEach(one -> one.request().cancel(false));
            bus.run();
            collect();
        }

        private void doSomething(List<SessionHistory> some) {
            for (int i = random.nextInt(4); i > 0; i--) {
                SessionHistory session = some.get(random.nextInt(some.size()));
                if (random.nextBoolean()) {
                    send(session, false);
                } else {
                    settle(session, false);
                }
            }
            bus.runtime.runUntilIdle();
        }

        private SessionHistory session(Delivery delivery) {
            String id = String.valueOf(delivery.message().sessionId());
            return sessions.stream()
                    .filter(one -> one.id.equals(id))
                    .findFirst()
                    .orElseThrow();
        }

        private Settlement anySettlement() {
            return switch (random.nextInt(5)) {
                case 0 -> Settlement.ABANDON;
                case 1 -> Settlement.RELEASE;
                default -> Settlement.COMPLETE;
            };
        }

        private void settle(SessionHistory session, boolean isSynced) {
            Delivery delivery = session.anyHeld(random.nextInt(100));
            if (delivery == null) {
                return;
            }
            Settlement settlement = anySettlement();
            CompletableFuture<Void> settled = bus.namespace.settle(delivery.requireLockToken(), settlement);
            if (!isSynced) {
                session.perhapsSettled(delivery, settlement);
                return;
            }
            bus.run();
            if (settled.isCompletedExceptionally()) {
                assertThat(bus.errorOf(settled)).isEqualTo(ErrorCode.SessionLockLost);
                session.lockIsLost();
            } else {
                session.settled(delivery, settlement);
            }
        }

        private void closeReceiver() {
            if (!receivers.isEmpty()) {
                receivers.remove(random.nextInt(receivers.size())).close();
            }
        }

        /** A lock that was lost stays so (rule G4). */
        private void checkLost() {
            for (SessionHistory session : sessions) {
                for (Delivery delivery : session.lost()) {
                    assertThat(bus.errorOf(bus.namespace.settle(delivery.requireLockToken(), Settlement.COMPLETE)))
                            .isEqualTo(ErrorCode.SessionLockLost);
                }
                session.lost().clear();
            }
        }

        /** The process ends in the middle of something, or cleanly. */
        private void end() {
            giveUpAsking();
            bus.syncs(false);
            doSomething(sessions);
            if (random.nextBoolean()) {
                bus.runtime.crash();
                bus = new TestBus(bus.store().crash(random), bus.namespace.config(), bus.runtime.after());
            } else {
                bus.syncs(true);
                bus = bus.killed();
            }
            receivers.clear();
            asked.clear();
            accepting.clear();
            sessions.forEach(SessionHistory::lockIsLost);
            checkLost();
        }

        /** Everything that was promised comes, to whoever asks. */
        void drain() {
            while (!receivers.isEmpty()) {
                // One after the other: a session may go from one that is closed to the next.
                receivers.remove(0).close();
                bus.run();
                collect();
            }
            accepting.forEach(one -> one.cancel(false));
            accepting.clear();
            bus.run();
            collect();
            asked.clear();
            bus.advance(LOCK.multipliedBy(2));
            sessions.forEach(SessionHistory::lockIsLost);
            try (Receiver last = bus.namespace.openReceiver(ORDERS, ReceiverOptions.peekLock())) {
                CompletableFuture<Delivery> request = last.receiveNow(-1);
                bus.run();
                while (!request.isCancelled()) {
                    Delivery delivery = bus.get(request);
                    session(delivery).received(delivery);
                    bus.settle(delivery, Settlement.COMPLETE);
                    session(delivery).settled(delivery, Settlement.COMPLETE);
                    request = last.receiveNow(-1);
                    bus.run();
                }
            } catch (BrokerException e) {
                throw new AssertionError("draining", e);
            }
            assertThat(sessions).allMatch(SessionHistory::isDone);
            assertThat(bus.counters().active()).isZero();
            bus.close();
        }
    }
}
