/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.QueueStatistics;
import io.peeklock.journal.PartitionJournal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers how much is in entities (rule D6). Costs the same however much there is in them.
 *
 * <p>Owned by the partition's driver; not thread safe. Changes nothing.
 */
final class Measuring {
    private final PartitionState state;
    private final BodyStore bodies;
    private final PartitionJournal journal;

    Measuring(PartitionState state, BodyStore bodies, PartitionJournal journal) {
        this.state = state;
        this.bodies = bodies;
        this.journal = journal;
    }

    void answer(Round round, Command.Measures command) {
        if (command instanceof Command.Count c) {
            round.whenDurable.add(new FutureReply<>(c.reply(), counters(state.fragment(c.entityId()))));
        } else if (command instanceof Command.Measure c) {
            round.whenDurable.add(new FutureReply<>(c.reply(), statistics(state.fragment(c.entityId()), round.wallMs)));
        } else if (command instanceof Command.MeasureEach c) {
            round.whenDurable.add(new FutureReply<>(c.reply(), statistics(c.entityIds(), round.wallMs)));
        } else if (command instanceof Command.ListTransfers c) {
            List<TransferInfo> first = state.transfers().all().stream()
                    .limit(c.max())
                    .map(TransferInfo::of)
                    .toList();
            round.whenDurable.add(new FutureReply<>(c.reply(), first));
        } else if (command instanceof Command.MeasureAll c) {
            round.whenDurable.add(new FutureReply<>(c.reply(), contents()));
        }
    }

    private static EntityCounters counters(@Nullable Fragment fragment) {
        if (fragment == null) {
            return new EntityCounters(0, 0, 0, 0, 0, 0, 0);
        }
        StateTallies tallies = fragment.queue.tallies;
        return new EntityCounters(
                tallies.messages(MessageState.ACTIVE),
                tallies.messages(MessageState.LOCKED),
                tallies.messages(MessageState.DEFERRED),
                tallies.messages(MessageState.SCHEDULED),
                fragment.deadLetterQueue.messages.size(),
                fragment.sizeBytes,
                0);
    }

    private Map<Long, EntityStatistics> statistics(List<Long> entityIds, long nowMs) {
        Map<Long, EntityStatistics> each = new HashMap<>();
        entityIds.forEach(id -> each.put(id, statistics(state.fragment(id), nowMs)));
        return each;
    }

    private static EntityStatistics statistics(@Nullable Fragment fragment, long nowMs) {
        if (fragment == null) {
            return EntityStatistics.EMPTY;
        }
        SessionTable table = fragment.sessions();
        QueueStatistics queue = statistics(fragment.queue, fragment.queue.oldestReady(), nowMs);
        QueueStatistics dead =
                statistics(fragment.deadLetterQueue, fragment.deadLetterQueue.messages.firstFrom(0), nowMs);
        long ofMessages = queue.total().bytes() + dead.total().bytes();
        long ofStates = table == null ? 0 : table.stateBytes();
        return new EntityStatistics(
                queue,
                dead,
                table == null ? 0 : table.size(),
                table == null ? 0 : table.held(),
                ofStates,
                fragment.sizeBytes - ofMessages - ofStates,
                0);
    }

    private static QueueStatistics statistics(SubQueue queue, @Nullable MessageEntry oldest, long nowMs) {
        StateTallies tallies = queue.tallies;
        return new QueueStatistics(
                tallies.of(MessageState.ACTIVE),
                tallies.of(MessageState.LOCKED),
                tallies.of(MessageState.DEFERRED),
                tallies.of(MessageState.SCHEDULED),
                oldest == null ? null : Instant.ofEpochMilli(oldest.enqueuedTimeMs),
                oldest == null ? Duration.ZERO : Duration.ofMillis(Math.max(0, nowMs - oldest.enqueuedTimeMs)),
                queue.activity.now());
    }

    private Contents contents() {
        long bytes = 0;
        for (Fragment fragment : state.fragments()) {
            bytes += fragment.sizeBytes;
        }
        int branches = 0;
        int parts = 0;
        for (BranchPart part : state.branches().all()) {
            boolean decidesHere = part.part.coordinator() == state.partition;
            branches += part.isPrepared() && decidesHere ? 1 : 0;
            parts += part.isPrepared() && !decidesHere ? 1 : 0;
        }
        return new Contents(
                state.fragments().size(),
                state.messages(),
                bytes,
                bodies.swappedBytes(),
                branches,
                parts,
                state.transfers().all().size(),
                journal::statistics);
    }
}
