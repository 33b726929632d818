/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.MessageState;
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

    /** A re-drive, or less often a purge of a few. */
    Command.SweepMessages next(CompletableFuture<SweepPage> reply) {
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
                random.nextBoolean() ? entities.anySource() : entities.anyDestination(),
                redrives || random.nextBoolean(),
                selection,
                0,
                random.nextInt(3) > 0 ? Sweep.WHAT_IS_THERE : random.nextInt(100),
                1 + random.nextInt(redrives ? 20 : 3));
        return new Command.SweepMessages(sweep, reply);
    }
}
