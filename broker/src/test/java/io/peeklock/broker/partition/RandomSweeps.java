/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.message.Message;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * Makes up what administrators do with many messages of a random partition.
 *
 * <p>Not thread safe.
 */
final class RandomSweeps {
    private static final MessageFilter SOME = (message, redeliveries, changes) -> message.sizeBytes() % 2 == 0;

    private final Random random;
    private final RandomEntities entities;

    RandomSweeps(Random random, RandomEntities entities) {
        this.random = random;
        this.entities = entities;
    }

    /** Some dead letter is edited, if there is one. */
    void resubmit(PartitionDriver driver, Message edited, CompletableFuture<Long> reply) {
        PartitionCore core = driver.core();
        Fragment fragment = core == null ? null : core.state.fragment(entities.anySource());
        MessageEntry dead = fragment == null ? null : fragment.deadLetterQueue.messages.firstFrom(random.nextInt(20));
        if (dead == null) {
            reply.complete(0L);
        } else {
            long elsewhere = random.nextBoolean() ? 0 : SequenceNumbers.of(1 + random.nextInt(2), true, 99);
            driver.submit(
                    new Command.Resubmit(dead.fragment.entityId(), dead.sequenceNumber, edited, elsewhere, reply));
        }
    }

    void step(PartitionDriver driver, CompletableFuture<SweepPage> reply) {
        if (random.nextInt(3) == 0) {
            move(driver, reply);
        } else {
            driver.submit(next(reply));
        }
    }

    /** Some messages go to another entity, which may have refused them since it was deleted. */
    private void move(PartitionDriver driver, CompletableFuture<SweepPage> reply) {
        PartitionCore core = driver.core();
        long source = entities.anySource();
        Fragment destination = core == null ? null : core.state.fragment(entities.anyDestination());
        if (destination == null || destination.entityId() == source || destination.entityId() < 0 || source < 0) {
            reply.complete(new SweepPage(BulkProgress.NONE, 0, 0));
            return;
        }
        Sweep sweep = new Sweep(
                random.nextBoolean() ? Sweep.Action.MOVE : Sweep.Action.MOVE_CLEAN,
                destination.definition(),
                source,
                random.nextBoolean(),
                MessageSelection.ALL.inState(MessageState.values()[random.nextInt(3)]),
                0,
                Sweep.WHAT_IS_THERE,
                1 + random.nextInt(5));
        driver.submit(new Command.SweepMessages(sweep, reply));
    }

    /** A re-drive, or less often a purge of a few. */
    private Command.SweepMessages next(CompletableFuture<SweepPage> reply) {
        boolean redrives = random.nextInt(3) > 0;
        MessageSelection selection = MessageSelection.ALL;
        if (random.nextBoolean()) {
            selection = selection.matching(SOME);
        }
        if (random.nextInt(4) == 0) {
            selection = selection.inState(MessageState.values()[random.nextInt(3)]);
        }
        if (random.nextInt(4) == 0) {
            selection = selection.enqueuedBefore(Instant.ofEpochMilli(random.nextInt(100_000)));
        }
        Sweep sweep = new Sweep(
                redrives ? Sweep.Action.REDRIVE : Sweep.Action.PURGE,
                null,
                random.nextBoolean() ? entities.anySource() : entities.anyDestination(),
                redrives || random.nextBoolean(),
                selection,
                0,
                random.nextInt(3) > 0 ? Sweep.WHAT_IS_THERE : random.nextInt(100),
                1 + random.nextInt(redrives ? 20 : 3));
        return new Command.SweepMessages(sweep, reply);
    }
}
