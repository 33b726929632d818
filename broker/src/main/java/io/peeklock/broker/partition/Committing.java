/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.LockToken;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a transaction's work in this partition: everything is checked first, then everything is done, in one
 * batch (rule X1).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Committing {
    private final PartitionState state;
    private final Enqueuing enqueuing;
    private final Settling settling;

    Committing(PartitionState state, Enqueuing enqueuing, Settling settling) {
        this.state = state;
        this.enqueuing = enqueuing;
        this.settling = settling;
    }

    void commit(Round round, Command.Commit command, @Nullable BrokerException diskFull) {
        List<MessageEntry> held = new ArrayList<>(command.completes().size());
        BrokerException refusal = lockRefusal(round, command, held);
        if (refusal == null) {
            refusal = sendRefusal(command, diskFull);
        }
        if (refusal != null) {
            round.refuse(command, refusal);
            return;
        }
        for (MessageEntry entry : held) {
            settling.complete(round, entry);
        }
        for (Command.StagedSend send : command.sends()) {
            Fragment fragment = state.fragment(send.entityId());
            if (fragment == null) {
                throw new IllegalStateException("entity " + send.entityId() + " went while it was looked at");
            }
            enqueuing.enqueue(round, fragment, send.message(), true);
        }
        round.whenDurable.add(Replies.done(command.reply()));
    }

    private @Nullable BrokerException lockRefusal(Round round, Command.Commit command, List<MessageEntry> held) {
        List<Long> lost = new ArrayList<>();
        for (LockToken token : new LinkedHashSet<>(command.completes())) {
            MessageEntry entry = settling.locked(round, token);
            if (entry == null) {
                lost.add(token.sequenceNumber());
            } else {
                held.add(entry);
            }
        }
        if (lost.isEmpty()) {
            return null;
        }
        return new BrokerException(
                ErrorCode.MessageLockLost,
                "the transaction was not committed: the locks of messages " + lost
                        + " are lost; they may be received again");
    }

    private @Nullable BrokerException sendRefusal(Command.Commit command, @Nullable BrokerException diskFull) {
        Map<Long, Long> staged = new HashMap<>();
        for (Command.StagedSend send : command.sends()) {
            long before = staged.getOrDefault(send.entityId(), 0L);
            BrokerException refusal =
                    enqueuing.refusal(state.fragment(send.entityId()), send.message(), before, diskFull);
            if (refusal != null) {
                return refusal;
            }
            staged.put(send.entityId(), before + send.message().sizeBytes());
        }
        return null;
    }
}
