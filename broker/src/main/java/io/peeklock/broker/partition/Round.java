/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.journal.Batch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What some commands, taken together, decided: changes applied, records to append as one batch, answers to give.
 *
 * <p>Owned by the partition's driver; not thread safe. Used again for the next round after {@link #clear}.
 */
final class Round {

    /** An answer that waits. Exactly one of its methods is called. */
    interface Reply {
        void give();

        /** The partition failed first. */
        void fail(BrokerException cause);

        /** Whether it is given after the others that are due: sends, in order, and the end. */
        default boolean isLast() {
            return false;
        }
    }

    /** Given by the driver itself, before all others: it changes what the driver owns. */
    interface OwnReply extends Reply {}

    final PartitionState state;
    final Batch batch = new Batch();
    final List<Reply> afterAppend = new ArrayList<>();
    final List<Reply> whenDurable = new ArrayList<>();
    final List<MessageEntry> readyWhenDurable = new ArrayList<>();
    final List<MessageEntry> toSwap = new ArrayList<>();
    /** Sub-queues in which something may be served now. */
    final Set<SubQueue> touched = new LinkedHashSet<>();

    long nanos;
    long wallMs;
    /** Somebody could not be served, because the thread must not read from the swap: one that may goes on. */
    boolean needsDisk;
    /** Why nothing can be stored now, or null. */
    @Nullable
    BrokerException diskFull;

    /** Whether something that was there when the partition was loaded cannot be received before a batch is durable. */
    boolean recovering;

    /** Whether what is decided now happens as a whole: its volatile messages, too, wait for the disk (rule X1). */
    boolean asAWhole;

    /** Changes made, and messages passed over by filters, since the partition was loaded. */
    long changes;

    Round(PartitionState state) {
        this.state = state;
    }

    /** Makes a change: its record goes into the batch, asking for a sync, then it is applied. */
    void emit(Change change) {
        if (ChangeRecorder.record(change, batch)) {
            batch.durable();
        }
        state.apply(change);
        changes++;
    }

    /** Makes a change whose record nobody waits for (rule L13). */
    void emitLazily(Change change) {
        ChangeRecorder.record(change, batch);
        state.apply(change);
        changes++;
    }

    /** Answers that a command was not done, when all that this was decided on is on disk. */
    void refuse(Command command, BrokerException why) {
        whenDurable.add(new Replies.Refusal(command, why));
    }

    /** The message can be received as soon as this round is durable, or at once if it is volatile and waits for none. */
    void becomesReady(MessageEntry entry) {
        if (entry.isDurable() && batch.isDurable()) {
            becomesReadyWhenDurable(entry);
        } else if (!entry.isDurable() && asAWhole) {
            entry.fragment.waitingVolatile++;
            becomesReadyWhenDurable(entry);
        } else if (entry.pendingBatches == 0) {
            becomesReadyNow(entry);
        }
    }

    void becomesReadyWhenDurable(MessageEntry entry) {
        entry.pendingBatches++;
        readyWhenDurable.add(entry);
    }

    void becomesReadyNow(MessageEntry entry) {
        emit(new Change.BecameReady(entry));
        touched.add(entry.fragment.subQueueOf(entry));
    }

    void clear() {
        batch.clear();
        afterAppend.clear();
        whenDurable.clear();
        readyWhenDurable.clear();
        toSwap.clear();
        touched.clear();
    }
}
