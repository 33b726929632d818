/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.namespace.BranchLedger.Work;
import io.peeklock.broker.routing.PartitionHash;
import io.peeklock.broker.runtime.SimulatedRuntime;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A namespace in which transactions over several partitions and branches of global ones go on beside each other, while partitions
 * fail and processes end between any two steps. Its transaction manager keeps a log and recovers from it.
 *
 * <p>Not thread safe.
 */
final class BranchSimulation {
    private static final int PARTITIONS = 4;
    /** A peek shows no more. */
    private static final int MAX_TRANSACTIONS = 70;

    private static final EntityPath NEWS = EntityPath.topic("news");
    private static final EntityPath COPIES = EntityPath.subscription("news", "all");

    private final Random random;
    private final BranchLedger ledger = new BranchLedger();
    private final List<EntityPath> sources = new ArrayList<>(List.of(COPIES));
    private final List<CompletableFuture<Delivery>> requests = new ArrayList<>();
    private final List<Delivery> held = new ArrayList<>();
    private TestBus bus;

    BranchSimulation(long seed) {
        random = new Random(seed);
        bus = new TestBus(
                new SimulatedJournalStore(PARTITIONS), TestBus.config(Profile.JMS), new SimulatedRuntime(seed));
        for (int i = 0; i < PARTITIONS - 1; i++) {
            bus.create(QueueDescription.builder("q" + i).homePartition(i).maxDeliveryCount(1000));
            sources.add(EntityPath.queue("q" + i));
        }
        bus.create(QueueDescription.builder("spread").partitioned(true).maxDeliveryCount(1000));
        sources.add(EntityPath.queue("spread"));
        bus.get(bus.namespace.createTopic(
                TopicDescription.builder("news").homePartition(PARTITIONS - 1).build()));
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.builder("news", "all")
                .maxDeliveryCount(1000)
                .build()));
        bus.syncs(false);
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            bus.runtime.callFromApplication(random.nextBoolean());
            step();
            bus.run();
            collect();
        }
        heal();
        ledger.check(there());
        bus = bus.killed();
        bus.syncs(true);
        bus.advance(Duration.ofMinutes(2));
        assertThat(bus.get(bus.namespace.preparedBranches())).isEmpty();
        ledger.check(there());
        bus.close();
    }

    private void step() {
        switch (random.nextInt(24)) {
            case 0, 1, 2 -> send();
            case 3, 4, 5, 6 -> receive();
            case 7, 8, 9 -> commit();
            case 10, 11, 12 -> prepare();
            case 13, 14, 15, 16, 17 -> bus.store().sync(random.nextInt(PARTITIONS), 1 + random.nextInt(3));
            case 18 -> bus.runtime.advance(Duration.ofMillis(random.nextInt(15_000)));
            case 19 -> fail(random.nextInt(PARTITIONS));
            case 20 -> reopen();
            case 21 -> recover();
            case 22 -> abandon();
            default -> {
                if (random.nextBoolean()) {
                    end();
                }
            }
        }
    }

    // What applications do.

    private void send() {
        if (ledger.size() < MAX_TRANSACTIONS) {
            String text = "m" + ledger.size();
            Work work = ledger.begin(List.of(text), List.of());
            OutgoingMessage message = message(random.nextInt(PARTITIONS), text);
            bus.namespace
                    .send(message.destination(), message.message())
                    .whenComplete((number, failure) -> work.ended(failure));
        }
    }

    private void receive() {
        EntityPath source = sources.get(random.nextInt(sources.size()));
        try (Receiver receiver = bus.namespace.openReceiver(source, ReceiverOptions.peekLock())) {
            requests.add(receiver.receiveNow(-1));
            bus.run();
        }
    }

    /** Looks at what has come. */
    private void collect() {
        for (CompletableFuture<Delivery> request : List.copyOf(requests)) {
            if (request.isDone()) {
                requests.remove(request);
                if (!request.isCompletedExceptionally() && request.join() != null) {
                    held.add(request.join());
                    ledger.seen(TestBus.textOf(request.join()));
                }
            }
        }
    }

    private void abandon() {
        if (!held.isEmpty()) {
            bus.namespace.settle(held.remove(random.nextInt(held.size())).requireLockToken(), Settlement.ABANDON);
        }
    }

    private void commit() {
        begin((work, parts) -> bus.namespace.commit(parts).whenComplete((done, failure) -> work.ended(failure)));
    }

    private void prepare() {
        boolean commits = random.nextInt(3) > 0;
        boolean goesOn = random.nextBoolean();
        begin((work, parts) -> bus.namespace.prepare(work.xid, parts).whenComplete((done, failure) -> {
            work.prepared(failure, commits);
            if (goesOn || failure != null) {
                end(work, failure == null && commits);
            }
        }));
    }

    private interface Begin {
        void with(Work work, List<PartitionCommit> parts);
    }

    /** A transaction that sends to some partitions, and completes some of what is held. */
    private void begin(Begin begin) {
        if (ledger.size() >= MAX_TRANSACTIONS) {
            return;
        }
        Map<Integer, List<OutgoingMessage>> sends = new TreeMap<>();
        Map<Integer, List<LockToken>> completes = new TreeMap<>();
        List<String> sent = new ArrayList<>();
        List<String> completed = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int partition = random.nextInt(PARTITIONS);
            String text = "t" + ledger.size() + "." + i;
            sent.add(text);
            sends.computeIfAbsent(partition, p -> new ArrayList<>()).add(message(partition, text));
        }
        while (!held.isEmpty() && random.nextInt(3) > 0) {
            Delivery one = held.remove(random.nextInt(held.size()));
            LockToken token = one.requireLockToken();
            completed.add(TestBus.textOf(one));
            completes.computeIfAbsent(token.partition(), p -> new ArrayList<>()).add(token);
        }
        Set<Integer> in = new HashSet<>(sends.keySet());
        in.addAll(completes.keySet());
        List<PartitionCommit> parts = new ArrayList<>();
        in.forEach(partition -> parts.add(new PartitionCommit(
                partition, sends.getOrDefault(partition, List.of()), completes.getOrDefault(partition, List.of()))));
        begin.with(ledger.begin(sent, completed), parts);
    }

    private OutgoingMessage message(int partition, String text) {
        if (random.nextInt(3) == 0) {
            return new OutgoingMessage(
                    EntityPath.queue("spread"),
                    TestBus.text(text).partitionKey(key(partition)).build());
        }
        EntityPath whole = partition == PARTITIONS - 1 ? NEWS : EntityPath.queue("q" + partition);
        return new OutgoingMessage(whole, TestBus.text(text).build());
    }

    private static String key(int partition) {
        int number = 0;
        while (PartitionHash.partitionOf("k" + number, PARTITIONS) != partition) {
            number++;
        }
        return "k" + number;
    }

    // What the transaction manager and the administrator do.

    private void end(Work work, boolean commit) {
        CompletableFuture<BranchOutcome> ended =
                commit ? bus.namespace.commitBranch(work.xid) : bus.namespace.rollbackBranch(work.xid);
        ended.whenComplete((outcome, failure) -> work.asked(commit, outcome));
    }

    /** Ends what it finds prepared, as its log says; now and then an administrator is quicker. */
    private void recover() {
        bus.namespace.preparedBranches().whenComplete((found, failure) -> {
            for (PreparedBranch one : found == null ? List.<PreparedBranch>of() : found) {
                Work work = ledger.of(one.xid());
                if (one.state() != PreparedBranch.State.PREPARED) {
                    work.asked(
                            true,
                            one.state() == PreparedBranch.State.HEURISTICALLY_COMMITTED
                                    ? BranchOutcome.HEURISTICALLY_COMMITTED
                                    : BranchOutcome.HEURISTICALLY_ROLLED_BACK);
                    bus.namespace.forgetBranch(one.xid());
                } else if (random.nextInt(4) == 0) {
                    endByHand(work);
                } else {
                    end(work, work.logged);
                }
            }
        });
    }

    private void endByHand(Work work) {
        boolean commit = random.nextBoolean();
        // Its transaction manager has no say any more.
        work.logged = false;
        CompletableFuture<BranchOutcome> ended =
                commit ? bus.namespace.commitPrepared(work.xid) : bus.namespace.rollbackPrepared(work.xid);
        ended.whenComplete((outcome, failure) -> work.asked(commit, outcome));
    }

    // What happens to the bus.

    private PartitionHealth.State state(int partition) {
        return bus.namespace.health().get(partition).state();
    }

    private void fail(int partition) {
        if (state(partition) != PartitionHealth.State.SERVING) {
            return;
        }
        int waiting = bus.store().waiting(partition);
        if (waiting > 0 && random.nextInt(3) > 0) {
            bus.store().failNextSync(partition, Reason.IO, random.nextInt(waiting + 1));
            bus.store().sync(partition, 1);
        } else {
            bus.store().failNextAppend(partition, Reason.IO);
        }
    }

    private void reopen() {
        for (int i = 0; i < PARTITIONS; i++) {
            if (state(i) == PartitionHealth.State.FAILED && random.nextBoolean()) {
                bus.namespace.reopen(i);
            }
        }
    }

    /** The process is killed, or the power fails; it starts again on what is left. */
    private void end() {
        bus.runtime.crash();
        SimulatedJournalStore left =
                random.nextBoolean() ? bus.store().kill() : bus.store().crash(random);
        for (int i = 0; i < PARTITIONS; i++) {
            if (random.nextInt(3) == 0) {
                left.compact(i, random.nextLong());
            }
        }
        bus = new TestBus(left, bus.namespace.config(), bus.runtime.after());
        bus.syncs(false);
        requests.clear();
        held.clear();
    }

    /** Everything comes back, and goes on until there is nothing to do. */
    private void heal() {
        bus.syncs(true);
        for (int round = 0; round < 10; round++) {
            bus.advance(Duration.ofSeconds(20));
            collect();
            for (int i = 0; i < PARTITIONS; i++) {
                if (state(i) == PartitionHealth.State.FAILED) {
                    bus.get(bus.namespace.reopen(i));
                }
            }
            recover();
            bus.run();
        }
        while (!held.isEmpty()) {
            abandon();
        }
        bus.advance(Duration.ofMinutes(5));
        assertThat(bus.get(bus.namespace.preparedBranches())).isEmpty();
    }

    private Set<String> there() {
        Set<String> all = new HashSet<>();
        for (EntityPath source : sources) {
            for (Delivery delivery : bus.get(bus.namespace.peek(source, 0, 250))) {
                String text = TestBus.textOf(delivery);
                assertThat(all.add(text)).as("%s is there once", text).isTrue();
                assertThat(delivery.state()).as("state of %s", text).isEqualTo(MessageState.ACTIVE);
            }
        }
        return all;
    }
}
