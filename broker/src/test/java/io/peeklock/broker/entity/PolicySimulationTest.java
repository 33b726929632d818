/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random changes of policies, and of the queues that have them, with power cuts, failing disks and compactions between: what
 * a caller was told is so, what was under way has happened or has not. The seed is printed, and {@code -Dpeeklock.seed}
 * repeats it.
 *
 * <p>One thread, which is the executor too.
 */
final class PolicySimulationTest {
    private static final int HISTORIES = 40;
    private static final int CHANGES = 60;
    private static final List<EntityPath> QUEUES = List.of(EntityPath.queue("q0"), EntityPath.queue("q1"));

    private final long seed = Long.getLong("peeklock.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final SecureRandom keys = new SecureRandom();

    private SimulatedJournalStore store = new SimulatedJournalStore(1);
    private Definitions definitions;
    /** Name and claims, by queue. */
    private Map<String, Map<String, Set<Claim>>> expected = new TreeMap<>();

    @Test
    @Tag("Q6")
    void whatWasToldSurvivesAndWhatWasUnderWayIsWholeOrNot() throws JournalException {
        System.out.println("PolicySimulationTest: -Dpeeklock.seed=" + seed);
        for (int history = 0; history < HISTORIES; history++) {
            store = new SimulatedJournalStore(1);
            open();
            expected = known();
            for (int i = 0; i < CHANGES; i++) {
                change();
                assertThat(definitions.readOnlyReason()).as("seed %d", seed).isEmpty();
                assertThat(known()).as("seed %d", seed).isEqualTo(expected);
            }
        }
    }

    private void open() throws JournalException {
        definitions = Definitions.open(store, EntityLimits.JMS, Runnable::run, new RecordingListener());
    }

    private Map<String, Map<String, Set<Claim>>> known() {
        Map<String, Map<String, Set<Claim>>> known = new TreeMap<>();
        known.put("", claims(definitions.policies().list(null)));
        for (EntityPath queue : QUEUES) {
            if (definitions.find(queue).isPresent()) {
                known.put(queue.name(), claims(definitions.policies().list(queue)));
            }
        }
        return known;
    }

    private static Map<String, Set<Claim>> claims(List<AccessPolicy> policies) {
        Map<String, Set<Claim>> claims = new TreeMap<>();
        policies.forEach(policy -> claims.put(policy.name(), policy.claims()));
        return claims;
    }

    private void change() throws JournalException {
        int which = random.nextInt(QUEUES.size() + 1);
        EntityPath queue = which == QUEUES.size() ? null : QUEUES.get(which);
        String scope = queue == null ? "" : queue.name();
        Map<String, Map<String, Set<Claim>>> after = new TreeMap<>();
        expected.forEach((name, policies) -> after.put(name, new TreeMap<>(policies)));
        Map<String, Set<Claim>> there = after.get(scope);
        CompletableFuture<?> change;
        String name = "p" + random.nextInt(3);
        Set<Claim> claims = EnumSet.of(Claim.values()[random.nextInt(3)], Claim.values()[random.nextInt(3)]);
        AccessPolicy policy = new AccessPolicy(queue, name, claims, null, null);
        if (queue != null && there == null) {
            change = definitions.create(QueueDescription.of(scope));
            after.put(scope, new TreeMap<>());
        } else if (queue != null && random.nextInt(6) == 0) {
            change = definitions.delete(queue);
            after.remove(scope);
        } else if (there != null && !there.containsKey(name)) {
            change = definitions.policies().create(policy, keys);
            there.put(name, claims);
        } else if (there != null && random.nextBoolean()) {
            change = definitions.policies().delete(queue, name);
            there.remove(name);
        } else {
            change = definitions.policies().update(policy);
            after.get(scope).put(name, claims);
        }
        end(change, after);
    }

    private void end(CompletableFuture<?> change, Map<String, Map<String, Set<Claim>>> after) throws JournalException {
        switch (random.nextInt(6)) {
            case 0 -> {
                store = random.nextBoolean() ? store.crash(random) : store.kill();
                if (random.nextBoolean()) {
                    store.compact(JournalStore.DEFINITIONS, random.nextLong());
                }
                open();
                takeOneOf(after);
            }
            case 1 -> {
                store.failNextSync(JournalStore.DEFINITIONS, Reason.IO, random.nextInt(2));
                store.sync();
                assertThat(definitions.reopen()).as("seed %d", seed).isCompleted();
                takeOneOf(after);
            }
            default -> {
                store.sync();
                assertThat(change).as("seed %d", seed).isCompleted();
                expected = after;
            }
        }
    }

    private void takeOneOf(Map<String, Map<String, Set<Claim>>> after) {
        Map<String, Map<String, Set<Claim>>> found = known();
        assertThat(found).as("seed %d", seed).isIn(expected, after);
        expected = found;
    }
}
