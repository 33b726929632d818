/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;

/**
 * Decides about a transaction's work in this partition: everything is checked first, then everything is done, in one
 * batch (rules X1, G6).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Committing {
    private final Checking checking;
    private final Enqueuing enqueuing;
    private final Settling settling;
    private final SessionLocking sessions;

    Committing(Checking checking, Enqueuing enqueuing, Settling settling, SessionLocking sessions) {
        this.checking = checking;
        this.enqueuing = enqueuing;
        this.settling = settling;
        this.sessions = sessions;
    }

    /** Returns whether nothing of it was refused. */
    boolean commit(Round round, Command.Commit command) {
        CheckedWork work = new CheckedWork(false);
        String notDone = command.trial() ? "nothing was staged" : "the transaction was not committed";
        BrokerException refusal = checking.refusal(round, command.work(), work, notDone);
        if (refusal != null) {
            round.refuse(command, refusal);
            return false;
        }
        if (!command.trial()) {
            carryOut(round, work);
        }
        round.whenDurable.add(Replies.done(command.reply()));
        return true;
    }

    private void carryOut(Round round, CheckedWork work) {
        round.asAWhole = true;
        work.settlements.forEach((entry, settlement) -> settling.settle(round, entry, settlement));
        work.states.forEach((lock, next) -> sessions.putState(round, lock.fragment, lock.session.id, next.state()));
        work.intakes.forEach(intake -> enqueuing.enqueue(round, intake, true));
        round.asAWhole = false;
    }
}
