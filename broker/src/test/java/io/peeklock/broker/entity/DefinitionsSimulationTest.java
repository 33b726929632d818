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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random changes of entities with power cuts, failing disks and compactions between: what a caller was told is so, what was
 * under way has happened or has not, ids are never used again, and partitions know what is known. The seed is printed, and
 * {@code -Dpeeklock.seed} repeats it.
 *
 * <p>One thread, which is the executor too.
 */
final class DefinitionsSimulationTest {

    private static final int HISTORIES = 40;
    private static final int CHANGES = 60;

    private final long seed = Long.getLong("peeklock.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private SimulatedJournalStore store = new SimulatedJournalStore(1);
    private Mirror partitions = new Mirror();
    private Definitions definitions;
    private Map<String, EntityDefinition> expected = new TreeMap<>();
    private long highestId;

    /** What partitions would have. */
    private static final class Mirror implements DefinitionListener {
        final Map<String, EntityDefinition> entities = new TreeMap<>();

        @Override
        public CompletableFuture<Void> changed(EntityDefinition now) {
            entities.put(now.name(), now);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> deleted(EntityDefinition gone) {
            entities.remove(gone.name());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> ruleChanged(RuleDefinition now, EntityDefinition subscription) {
            throw new AssertionError("there are no subscriptions");
        }

        @Override
        public CompletableFuture<Void> ruleDeleted(RuleDefinition gone) {
            throw new AssertionError("there are no subscriptions");
        }
    }

    @Test
    @Tag("W4")
    void whatWasToldSurvivesAndWhatWasUnderWayIsWholeOrNot() throws JournalException {
        System.out.println("DefinitionsSimulationTest: -Dpeeklock.seed=" + seed);
        for (int history = 0; history < HISTORIES; history++) {
            store = new SimulatedJournalStore(1);
            expected.clear();
            highestId = 0;
            open();
            for (int i = 0; i < CHANGES; i++) {
                change();
                assertThat(known()).as("seed %d", seed).isEqualTo(expected);
                assertThat(partitions.entities).as("seed %d", seed).isEqualTo(expected);
            }
        }
    }

    private void open() throws JournalException {
        partitions = new Mirror();
        definitions = Definitions.open(store, EntityLimits.JMS, Runnable::run, partitions);
        definitions.list().forEach(partitions::changed);
    }

    private Map<String, EntityDefinition> known() {
        Map<String, EntityDefinition> known = new TreeMap<>();
        definitions.list().forEach(definition -> known.put(definition.name(), definition));
        return known;
    }

    private void change() throws JournalException {
        String name = "q" + random.nextInt(5);
        EntityDefinition before = expected.get(name);
        Map<String, EntityDefinition> after = new TreeMap<>(expected);
        CompletableFuture<EntityDefinition> change;
        if (before == null) {
            QueueDescription queue = QueueDescription.builder(name)
                    .partitioned(random.nextBoolean())
                    .build();
            change = definitions.create(queue);
            // Its id is not known before it is there; the version and settings are.
            after.put(name, new EntityDefinition(Long.MAX_VALUE, 1, queue));
        } else if (random.nextBoolean()) {
            change = definitions.delete(EntityPath.queue(name));
            after.remove(name);
        } else {
            QueueDescription queue = before.queue().toBuilder()
                    .lockDuration(Duration.ofSeconds(1 + random.nextInt(300)))
                    .build();
            change = definitions.update(queue);
            after.put(name, queue.equals(before.queue()) ? before : before.changedTo(queue));
        }
        end(change, name, after);
    }

    private void end(CompletableFuture<EntityDefinition> change, String name, Map<String, EntityDefinition> after)
            throws JournalException {
        switch (random.nextInt(6)) {
            case 0 -> {
                store = random.nextBoolean() ? store.crash(random) : store.kill();
                if (random.nextBoolean()) {
                    store.compact(JournalStore.DEFINITIONS, random.nextLong());
                }
                open();
                assertThat(definitions.readOnlyReason()).as("seed %d", seed).isEmpty();
                takeOneOf(name, after);
            }
            case 1 -> {
                store.failNextSync(JournalStore.DEFINITIONS, Reason.IO, random.nextInt(2));
                store.sync();
                assertThat(definitions.reopen()).as("seed %d", seed).isCompleted();
                takeOneOf(name, after);
            }
            default -> {
                store.sync();
                assertThat(change).as("seed %d", seed).isCompleted();
                take(name, after);
            }
        }
    }

    /** The change has happened or has not, and which of the two is so is what is expected from now on. */
    private void takeOneOf(String name, Map<String, EntityDefinition> after) {
        EntityDefinition found = known().get(name);
        if (sameButForTheId(found, after.get(name))) {
            take(name, after);
        } else {
            assertThat(found).as("seed %d", seed).isEqualTo(expected.get(name));
        }
    }

    private void take(String name, Map<String, EntityDefinition> after) {
        EntityDefinition found = known().get(name);
        if (found != null && !expected.containsKey(name)) {
            assertThat(found.id()).as("id of %s, seed %d", name, seed).isGreaterThan(highestId);
            highestId = found.id();
            after.put(name, found);
        }
        expected = after;
    }

    private static boolean sameButForTheId(@Nullable EntityDefinition found, @Nullable EntityDefinition expected) {
        return found == null || expected == null
                ? found == null && expected == null
                : List.of(found.version(), found.queue()).equals(List.of(expected.version(), expected.queue()));
    }
}
