/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Adds up what workers said and what was found at the end, and names every contradiction.
 *
 * <p>Not thread safe. Events are added in the order in which they were said.
 */
final class CrashLedger {

    private static final int MAX_DELIVERY_COUNT = 10;

    private final Map<String, Fate> fates = new LinkedHashMap<>();
    private final List<Set<String>> transactions = new ArrayList<>();
    /** Deliveries in this process by partition whose count may not be on disk yet: message and count. */
    private final Map<Integer, Map<String, Integer>> unsyncedDeliveries = new HashMap<>();
    /** Of deliveries whose acknowledge is under way: those that were handed out in their partition before it began. */
    private final Map<String, Map<String, Integer>> syncedByAcknowledge = new HashMap<>();

    private final List<String> contradictions = new ArrayList<>();
    private int risesAcrossKills;

    /** What is known of one message. */
    private static final class Fate {
        private boolean announced;
        private boolean sent;
        private boolean acknowledging;
        private boolean acknowledged;
        private boolean found;
        private int partition = -1;
        private int deliveryCount;
        private boolean countIsDurable = true;
        private boolean killedSinceDelivery;

        boolean seen() {
            return deliveryCount > 0 || found;
        }
    }

    /** The process was killed: what its disk had not taken is gone. */
    void killed() {
        unsyncedDeliveries.clear();
        syncedByAcknowledge.clear();
        fates.values().forEach(fate -> fate.killedSinceDelivery = true);
    }

    void add(WorkerEvent event) {
        switch (event.kind()) {
            case STARTED, OPEN, RECOVERED -> {
                // What was recovered may have been got by another before this is said: the next GOT tells more.
            }
            case SENDING -> sending(event.ids());
            case SENT -> event.ids().forEach(id -> fate(id).sent = true);
            case GOT -> got(event.ids().get(0), event.deliveryCount(), event.partition());
            case ACKNOWLEDGING -> event.ids().forEach(this::acknowledging);
            case ACKNOWLEDGED -> event.ids().forEach(this::acknowledged);
        }
    }

    /** A message that was in the queue, or dead-lettered, at the end. */
    void found(WorkerEvent event, boolean deadLettered) {
        String id = event.ids().get(0);
        Fate fate = fate(id);
        if (fate.found) {
            contradictions.add(id + " is in the store twice");
        }
        if (deadLettered) {
            delivered(id, fate, MAX_DELIVERY_COUNT, event.partition());
        } else {
            got(id, event.deliveryCount(), event.partition());
        }
        fate.found = true;
    }

    /** Everything that cannot be, in words. */
    List<String> contradictions() {
        List<String> all = new ArrayList<>(contradictions);
        fates.forEach((id, fate) -> {
            if (fate.sent && !fate.found && !fate.acknowledging) {
                all.add(id + " was sent and is lost");
            }
        });
        for (Set<String> transaction : transactions) {
            long there = transaction.stream().filter(id -> fate(id).seen()).count();
            if (there != 0 && there != transaction.size()) {
                all.add(there + " of the transaction " + transaction + " are there");
            }
        }
        return all;
    }

    int sent() {
        return count(fate -> fate.sent);
    }

    int acknowledged() {
        return count(fate -> fate.acknowledged);
    }

    int foundAtTheEnd() {
        return count(fate -> fate.found);
    }

    /** How many deliveries had to count one more than the last before a kill, and did. */
    int risesAcrossKills() {
        return risesAcrossKills;
    }

    private int count(Predicate<Fate> which) {
        return (int) fates.values().stream().filter(which).count();
    }

    private void sending(List<String> ids) {
        ids.forEach(id -> fate(id).announced = true);
        if (ids.size() > 1) {
            transactions.add(Set.copyOf(ids));
        }
    }

    private void got(String id, int deliveryCount, int partition) {
        delivered(id, fate(id), deliveryCount, partition);
        unsyncedDeliveries.computeIfAbsent(partition, p -> new HashMap<>()).put(id, deliveryCount);
    }

    private void delivered(String id, Fate fate, int deliveryCount, int partition) {
        if (!fate.announced) {
            contradictions.add(id + " was never sent: its transaction was rolled back, or killed before its commit");
        }
        if (fate.acknowledged) {
            contradictions.add(id + " came back after it was acknowledged");
        }
        if (fate.partition >= 0 && fate.partition != partition) {
            contradictions.add(id + " moved from partition " + fate.partition + " to " + partition);
        }
        int least = fate.countIsDurable || !fate.killedSinceDelivery ? fate.deliveryCount + 1 : fate.deliveryCount;
        if (deliveryCount < Math.max(1, Math.min(least, MAX_DELIVERY_COUNT))) {
            contradictions.add(id + " was delivered for the " + deliveryCount + ". time after the " + fate.deliveryCount
                    + ". in partition " + partition + (fate.killedSinceDelivery ? ", a kill between them" : ""));
        } else if (fate.deliveryCount > 0 && fate.killedSinceDelivery && fate.countIsDurable) {
            risesAcrossKills++;
        }
        fate.acknowledging = false;
        fate.partition = partition;
        fate.deliveryCount = deliveryCount;
        fate.countIsDurable = false;
        fate.killedSinceDelivery = false;
    }

    /** What was handed out in the partition before this acknowledge is in its journal before it. */
    private void acknowledging(String id) {
        Fate fate = fate(id);
        fate.acknowledging = true;
        syncedByAcknowledge.put(id, Map.copyOf(unsyncedDeliveries.getOrDefault(fate.partition, Map.of())));
    }

    private void acknowledged(String id) {
        Fate fate = fate(id);
        fate.acknowledged = true;
        syncedByAcknowledge.remove(id).forEach((other, count) -> {
            // Recovered and handed out once more while the acknowledge was under way: that came after it.
            fate(other).countIsDurable |= fate(other).deliveryCount == count;
            unsyncedDeliveries.getOrDefault(fate.partition, new HashMap<>()).remove(other, count);
        });
    }

    private Fate fate(String id) {
        return fates.computeIfAbsent(id, key -> new Fate());
    }
}
