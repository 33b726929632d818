/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.partition.SpanningTransaction.Outcome;
import io.peeklock.journal.JournalException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Transactions over several partitions, local and XA, whose drivers stop, while partitions fail and the process ends between
 * any two steps.
 *
 * <p>Not thread safe.
 */
final class SpanningSimulation {
    private static final int MOST = 200;

    private final Random random;
    private final SpannedBus bus;
    private final boolean stops;
    private final List<SpanningTransaction> transactions = new ArrayList<>();
    private final Map<String, CompletableFuture<Long>> sends = new HashMap<>();

    /** @param stops whether drivers stop while their process lives */
    SpanningSimulation(long seed, boolean stops) {
        random = new Random(seed);
        bus = new SpannedBus(random);
        this.stops = stops;
    }

    void run(int steps) throws JournalException {
        for (int i = 0; i < steps; i++) {
            step();
            bus.runtime.runUntilIdle();
        }
        heal();
        check();
        assertThat(bus.records(RecordKind.BRANCH, RecordKind.DECISION))
                .as("records of transactions")
                .isZero();
    }

    private void step() {
        bus.runtime.callFromApplication(random.nextBoolean());
        switch (random.nextInt(20)) {
            case 0, 1 -> send();
            case 2, 3 -> begin();
            case 4, 5, 6, 7, 8, 9, 10 -> drive();
            case 11 -> {
                if (random.nextInt(3) == 0) {
                    end();
                }
            }
            default -> bus.step();
        }
    }

    private void send() {
        if (sends.size() < MOST) {
            int partition = random.nextInt(SpannedBus.PARTITIONS);
            String text = "s" + sends.size();
            sends.put(text, bus.partitions.get(partition).send(SpannedBus.queue(partition), SpannedBus.message(text)));
        }
    }

    private void begin() {
        List<Integer> all = new ArrayList<>(List.of(0, 1, 2, 3));
        Map<Integer, TransactionWork> work = new TreeMap<>();
        Set<String> completed = new HashSet<>();
        String name = "t" + transactions.size();
        for (int i = 2 + random.nextInt(3); i > 0; i--) {
            int partition = all.remove(random.nextInt(all.size()));
            List<Submission> sent = new ArrayList<>();
            sent.add(new Submission(SpannedBus.queue(partition), SpannedBus.message(name + "@" + partition)));
            List<StagedSettlement> settled = new ArrayList<>();
            if (random.nextBoolean()) {
                for (Delivery delivery : bus.receive(partition)) {
                    // What transactions send stays, so that it can be counted.
                    if (sends.containsKey(SpannedBus.textOf(delivery))) {
                        completed.add(SpannedBus.textOf(delivery));
                        settled.add(new StagedSettlement(delivery.requireLockToken(), Settlement.COMPLETE));
                    }
                }
            }
            work.put(partition, new TransactionWork(sent, settled, List.of()));
        }
        transactions.add(new SpanningTransaction(name, bus, random, work, completed));
    }

    private void drive() {
        List<SpanningTransaction> waiting =
                transactions.stream().filter(SpanningTransaction::isWaiting).toList();
        if (!waiting.isEmpty()) {
            waiting.get(random.nextInt(waiting.size())).step(stops && random.nextInt(10) == 0);
        }
    }

    private void end() {
        transactions.forEach(SpanningTransaction::processEnded);
        bus.end();
    }

    /** Everything is loaded; transactions that are prepared are ended by who finds them, and no other. */
    private void heal() {
        bus.heal();
        for (int i = 0; i < MOST && !stops; i++) {
            drive();
            bus.syncAll();
        }
        if (transactions.stream().anyMatch(SpanningTransaction::hasLeftAMark)) {
            assertThat(stops).as("a driver that goes on leaves no mark").isTrue();
            end();
        }
        bus.heal();
        Map<UUID, SpanningTransaction> prepared = new HashMap<>();
        transactions.stream().filter(one -> one.outcome == Outcome.PREPARED).forEach(one -> prepared.put(one.id, one));
        for (Partition partition : bus.partitions) {
            for (PartInfo info : bus.get(partition.parts())) {
                if (info.part().coordinator() == partition.index()) {
                    UUID id = info.part().id();
                    SpanningTransaction transaction = transactions.stream()
                            .filter(one -> one.id.equals(id))
                            .findFirst()
                            .orElseThrow();
                    recover(partition, transaction);
                    prepared.remove(id);
                }
            }
        }
        assertThat(prepared.values()).as("prepared and not found").isEmpty();
        bus.heal();
    }

    private void recover(Partition partition, SpanningTransaction transaction) {
        boolean commit = random.nextBoolean();
        if (bus.get(partition.endPart(transaction.id, commit))) {
            transaction.outcome = commit ? Outcome.COMMITTED : Outcome.NOT_DONE;
        } else {
            bus.get(partition.forgetPart(transaction.id));
        }
    }

    private void check() {
        Map<String, Integer> places = bus.places();
        Set<String> completed = new HashSet<>();
        for (SpanningTransaction transaction : transactions) {
            Set<Integer> sentTo = new HashSet<>();
            for (int partition : transaction.work.keySet()) {
                if (places.containsKey(transaction.name + "@" + partition)) {
                    sentTo.add(partition);
                }
            }
            boolean isCommitted = !sentTo.isEmpty();
            assertThat(sentTo).as("of %s", transaction).isIn(Set.of(), transaction.work.keySet());
            if (transaction.outcome != Outcome.OPEN) {
                assertThat(isCommitted).as("of %s", transaction).isEqualTo(transaction.outcome == Outcome.COMMITTED);
            }
            if (isCommitted) {
                assertThat(places)
                        .as("of %s", transaction)
                        .doesNotContainKeys(transaction.completed.toArray(String[]::new));
                completed.addAll(transaction.completed);
            }
        }
        sends.forEach((text, sent) -> {
            if (sent.isDone() && !sent.isCompletedExceptionally() && !completed.contains(text)) {
                assertThat(places).as("places of what was sent").containsKey(text);
            }
        });
        for (Partition partition : bus.partitions) {
            assertThat(bus.get(partition.parts()))
                    .as("parts in %d", partition.index())
                    .isEmpty();
        }
    }
}
