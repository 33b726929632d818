/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Work on very many messages that are named by their numbers. */
class NamedNumbersTest extends OnePartition {
    private static final long NAMED = 50_000;

    /** Nothing else of the partition must wait until a hundred thousand have been looked up. */
    @Test
    void looksUpSomeOfThemWithEachCommandAlsoIfTheyAreNotThere() {
        partition.send(ENTITY, message(1));
        run();
        Set<Long> named = new LinkedHashSet<>();
        LongStream.rangeClosed(1, NAMED).forEach(number -> named.add(NAMED + 1 - number));
        MessageSelection selection = MessageSelection.ALL.numbered(named);
        SweepPage page = new SweepPage(BulkProgress.NONE, 0, NAMED);
        long done = 0;
        int pages = 0;
        while (!page.isLast()) {
            long before = page.next();
            CompletableFuture<SweepPage> answer = partition.sweep(
                    new Sweep(Sweep.Action.PURGE, null, ENTITY, false, selection, before, NAMED, Long.MAX_VALUE));
            run();
            page = answer.join();
            done += page.progress().done();
            pages++;
            assertThat(page.next()).isGreaterThan(before);
            assertThat(page.isLast() ? 0 : page.next() - before).isLessThan(NAMED / 2);
        }
        assertThat(done).isEqualTo(1);
        assertThat(pages).isEqualTo(3);
    }

    /** Whoever names those of a partitioned entity asks each partition with all of them. */
    @Test
    void passesOverThoseOfOtherPartitionsWithoutLookingThemUp() {
        SimulatedJournalStore three = new SimulatedJournalStore(3);
        PartitionSettings settings =
                new PartitionSettings(three, runtime, Profile.JMS, new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE));
        Partition second = new Partition(1, settings, Duration.ofSeconds(60));
        QueueDescription queue = QueueDescription.builder("q").partitioned(true).build();
        EntityDefinition definition = new EntityDefinition(ENTITY, 1, queue);
        second.start(List.of(new Partition.Entity(definition, EntityFlags.forPartitions(3))), List.of(), ENTITY);
        CompletableFuture<Long> sent = second.send(ENTITY, message(1));
        runtime.runUntilIdle();
        three.sync();
        runtime.runUntilIdle();
        Set<Long> named = new LinkedHashSet<>(Set.of(sent.join()));
        for (long counter = 1; counter <= NAMED; counter++) {
            named.add(SequenceNumbers.of(0, true, counter));
            named.add(SequenceNumbers.of(2, true, counter));
        }
        MessageSelection selection = MessageSelection.ALL.numbered(named);
        CompletableFuture<SweepPage> answer = second.sweep(
                new Sweep(Sweep.Action.PURGE, null, ENTITY, false, selection, 0, Sweep.WHAT_IS_THERE, Long.MAX_VALUE));
        runtime.runUntilIdle();
        three.sync();
        runtime.runUntilIdle();
        assertThat(answer.join().progress().done()).isEqualTo(1);
        assertThat(answer.join().isLast()).isTrue();
    }
}
