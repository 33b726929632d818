/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Settlement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one session: which messages it must have, which it may have, and who holds it.
 *
 * <p>Not thread safe.
 */
final class SessionHistory {
    final String id;
    private int last;
    /** Sent for certain, and not completed. */
    private final TreeSet<Integer> there = new TreeSet<>();
    /** Sent or completed just when the process was killed. */
    private final Set<Integer> perhaps = new HashSet<>();
    /** Of the present holder, not settled. */
    private final Map<Integer, Delivery> held = new HashMap<>();
    /** Of holders whose lock must be lost by now. */
    private final Set<Delivery> lost = new HashSet<>();

    private @Nullable UUID lock;

    SessionHistory(String id) {
        this.id = id;
    }

    int nextToSend() {
        return ++last;
    }

    void sent(int number) {
        there.add(number);
    }

    /** Whether it was, only the disk knows. */
    void perhapsSent(int number) {
        there.add(number);
        perhaps.add(number);
    }

    /** A message comes: always the first that there is and that this holder does not have (rules G3, G5). */
    void received(Delivery delivery) {
        int number = Integer.parseInt(TestBus.textOf(delivery));
        UUID now = delivery.requireLockToken().sessionLock();
        assertThat(now).as("lock of the session").isNotNull();
        if (!now.equals(lock)) {
            lost.addAll(held.values());
            held.clear();
            lock = now;
        }
        while (!there.isEmpty() && next() != number && perhaps.contains(next())) {
            int gone = next();
            perhaps.remove(gone);
            there.remove(gone);
        }
        assertThat(next())
                .as("next of %s, which has %s, of them held %s", id, there, held.keySet())
                .isEqualTo(number);
        perhaps.remove(number);
        held.put(number, delivery);
    }

    private int next() {
        return there.stream()
                .filter(number -> !held.containsKey(number))
                .findFirst()
                .orElse(-1);
    }

    @Nullable
    Delivery anyHeld(int choice) {
        return held.isEmpty()
                ? null
                : held.values().stream().skip(choice % held.size()).findFirst().orElse(null);
    }

    void settled(Delivery delivery, Settlement settlement) {
        int number = Integer.parseInt(TestBus.textOf(delivery));
        held.remove(number);
        if (settlement instanceof Settlement.Complete) {
            there.remove(number);
        }
    }

    /** Whether it was settled, only the disk knows. */
    void perhapsSettled(Delivery delivery, Settlement settlement) {
        if (settlement instanceof Settlement.Complete) {
            perhaps.add(Integer.parseInt(TestBus.textOf(delivery)));
        }
    }

    /** The holder is gone, or its time is over. */
    void lockIsLost() {
        lost.addAll(held.values());
        held.clear();
        lock = null;
    }

    /** Whether it has something unsettled that came under this lock. */
    boolean isHeldUnder(@Nullable UUID token) {
        return token != null && token.equals(lock) && !held.isEmpty();
    }

    Set<Delivery> lost() {
        return lost;
    }

    /** What must come, and what may. */
    boolean isDone() {
        return perhaps.containsAll(there);
    }
}
