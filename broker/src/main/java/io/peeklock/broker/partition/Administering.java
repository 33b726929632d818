/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides about entities coming, changing and going.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Administering {
    /** Messages of a deleted entity that one command removes. */
    private static final int REMOVALS_PER_COMMAND = 500;

    private final PartitionState state;
    private final BodyStore bodies;
    private final Duplicates duplicates;
    private final LockLosses losses;
    private final Transferring transferring;

    Administering(
            PartitionState state,
            BodyStore bodies,
            Duplicates duplicates,
            LockLosses losses,
            Transferring transferring) {
        this.state = state;
        this.bodies = bodies;
        this.duplicates = duplicates;
        this.losses = losses;
        this.transferring = transferring;
    }

    /** A new entity, or new settings. An entity has a record here only once something of it is here. */
    void define(Round round, Command.Define command) {
        Fragment fragment = state.fragment(command.definition().id());
        if (fragment == null) {
            if (state.isUnserved(command.definition().id())) {
                throw new ReloadException(
                        command.definition().title()
                                + " is defined again, and the journal has messages of it that were not loaded",
                        null);
            }
            fragment = new Fragment(
                    command.definition(),
                    command.flags().queue(),
                    command.flags().deadLetterQueue(),
                    state.partition);
        } else if (fragment.definition().version() >= command.definition().version()) {
            round.whenDurable.add(Replies.doneAnyway(command.reply()));
            return;
        }
        round.emit(new Change.EntitySet(fragment, command.definition(), fragment.recordId, fragment.reservedNumber));
        canBeServed(round, fragment);
        state.subscriptionsOf(fragment.entityId()).forEach(subscription -> canBeServed(round, subscription));
        round.whenDurable.add(Replies.doneAnyway(command.reply()));
    }

    /** A new rule, or what one says now; a subscription that was deleted meanwhile has none. */
    void defineRule(Round round, Command.DefineRule command) {
        Fragment fragment = state.fragment(command.rule().subscriptionId());
        if (fragment != null) {
            define(round, command.subscription());
            round.emit(new Change.RuleSet(fragment, command.rule()));
        }
        round.whenDurable.add(Replies.doneAnyway(command.reply()));
    }

    void dropRule(Round round, Command.DropRule command) {
        Fragment fragment = state.fragment(command.subscriptionId());
        if (fragment != null) {
            round.emit(new Change.RuleGone(fragment, command.ruleId()));
        }
        round.whenDurable.add(Replies.doneAnyway(command.reply()));
    }

    /** It may have been disabled before (rule W3). */
    private static void canBeServed(Round round, Fragment fragment) {
        round.touched.add(fragment.queue);
        round.touched.add(fragment.deadLetterQueue);
    }

    /** Takes a deleted entity out; its messages follow in slices. Returns the fragment to empty, or null. */
    @Nullable
    Fragment drop(Round round, Command.Drop command) {
        Fragment fragment = state.fragment(command.entityId());
        round.whenDurable.add(Replies.doneAnyway(command.reply()));
        if (fragment == null) {
            return null;
        }
        BrokerException gone = new BrokerException(
                ErrorCode.EntityNotFound,
                fragment + " was deleted: create it again if it is needed, and open a new receiver");
        fragment.queue.forEachSubscriber(subscriber -> subscriber.over(gone));
        fragment.deadLetterQueue.forEachSubscriber(subscriber -> subscriber.over(gone));
        losses.gone(round, fragment);
        SessionTable sessions = fragment.sessions();
        for (SessionLock lock : sessions == null ? List.<SessionLock>of() : List.copyOf(sessions.locks())) {
            round.emit(new Change.SessionUnlocked(lock));
        }
        round.emit(new Change.EntityGone(fragment));
        return fragment;
    }

    /**
     * Removes some messages and ids of a deleted entity, and its record with the last of them: as long as that is there, a load
     * knows whose they were. Returns whether there are more.
     */
    boolean empty(Round round, Fragment fragment) {
        for (int i = 0; i < REMOVALS_PER_COMMAND && !fragment.isEmpty(); i++) {
            MessageEntry entry = fragment.staged.isEmpty()
                    ? fragment.firstFrom(0)
                    : fragment.staged.iterator().next();
            SeenId id = fragment.seenIds.oldest();
            if (entry != null) {
                round.emit(new Change.Removed(entry));
                bodies.removed(entry);
            } else if (id != null) {
                duplicates.forget(round, fragment, id);
            } else {
                transferring.sourceGone(round, fragment.transfers.iterator().next());
            }
        }
        if (!fragment.isEmpty()) {
            return true;
        }
        SessionTable sessions = fragment.sessions();
        for (Session session : sessions == null ? List.<Session>of() : sessions.withState(REMOVALS_PER_COMMAND)) {
            round.emit(new Change.SessionStateSet(fragment, session.id, null, 0, session.stateRecordId));
        }
        if (!fragment.holdsNothing()) {
            return true;
        }
        round.emit(new Change.EntityEmptied(fragment));
        return false;
    }
}
