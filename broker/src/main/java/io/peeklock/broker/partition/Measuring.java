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
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers how much is in entities (rule D6). Costs the same however much there is, but for sessions, which are looked through.
 *
 * <p>Owned by the partition's driver; not thread safe. Changes nothing.
 */
final class Measuring {
    private final PartitionState state;
    private final PartitionJournal journal;

    Measuring(PartitionState state, PartitionJournal journal) {
        this.state = state;
        this.journal = journal;
    }

    void answer(Round round, Command.Measures command) {
        if (command instanceof Command.Count c) {
            round.whenDurable.add(new FutureReply<>(c.reply(), counters(state.fragment(c.entityId()))));
        } else if (command instanceof Command.Measure c) {
            round.whenDurable.add(new FutureReply<>(c.reply(), statistics(state.fragment(c.entityId()))));
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

    private static EntityStatistics statistics(@Nullable Fragment fragment) {
        if (fragment == null) {
            return EntityStatistics.EMPTY;
        }
        int sessions = 0;
        int held = 0;
        SessionTable table = fragment.sessions();
        for (Session session : table == null ? List.<Session>of() : table.all()) {
            sessions += session.isNothing() ? 0 : 1;
            held += session.isHeld() ? 1 : 0;
        }
        QueueStatistics queue = statistics(fragment.queue, fragment.queue.oldestReady());
        QueueStatistics dead = statistics(fragment.deadLetterQueue, fragment.deadLetterQueue.messages.firstFrom(0));
        long ofMessages = queue.total().bytes() + dead.total().bytes();
        long ofStates = table == null ? 0 : table.stateBytes();
        return new EntityStatistics(
                queue, dead, sessions, held, ofStates, fragment.sizeBytes - ofMessages - ofStates, 0);
    }

    private static QueueStatistics statistics(SubQueue queue, @Nullable MessageEntry oldest) {
        StateTallies tallies = queue.tallies;
        return new QueueStatistics(
                tallies.of(MessageState.ACTIVE),
                tallies.of(MessageState.LOCKED),
                tallies.of(MessageState.DEFERRED),
                tallies.of(MessageState.SCHEDULED),
                oldest == null ? null : Instant.ofEpochMilli(oldest.enqueuedTimeMs));
    }

    private Contents contents() {
        long bytes = 0;
        for (Fragment fragment : state.fragments()) {
            bytes += fragment.sizeBytes;
        }
        return new Contents(state.fragments().size(), state.messages(), bytes, journal::statistics);
    }
}
