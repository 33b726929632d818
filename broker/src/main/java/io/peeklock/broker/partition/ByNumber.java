/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides commands that name messages by their numbers: deferred ones are received so, scheduled ones cancelled. What goes
 * through many is {@link Sweeping}'s.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class ByNumber {
    private final PartitionState state;
    private final BodyStore bodies;
    private final Settling settling;
    private final Serving serving;
    private final Enqueuing enqueuing;
    private final Redriving redriving;
    private final Sweeping sweeping;

    ByNumber(
            PartitionState state,
            BodyStore bodies,
            Settling settling,
            Serving serving,
            Enqueuing enqueuing,
            Redriving redriving,
            Sweeping sweeping) {
        this.state = state;
        this.bodies = bodies;
        this.settling = settling;
        this.serving = serving;
        this.enqueuing = enqueuing;
        this.redriving = redriving;
        this.sweeping = sweeping;
    }

    void decide(Round round, Command.ByNumber command) {
        if (command instanceof Command.ReceiveDeferred c) {
            Fragment fragment = fragment(round, c, c.entityId());
            if (fragment != null) {
                receiveDeferred(round, c, fragment);
            }
        } else if (command instanceof Command.CancelScheduled c) {
            Fragment fragment = fragment(round, c, c.entityId());
            if (fragment != null) {
                cancelScheduled(round, c, fragment);
            }
        } else if (command instanceof Command.SweepMessages c) {
            Fragment fragment = fragment(round, c, c.sweep().entityId());
            if (fragment != null) {
                sweeping.sweep(round, c, fragment);
            }
        } else if (command instanceof Command.Resubmit c) {
            Fragment fragment = fragment(round, c, c.entityId());
            if (fragment != null) {
                redriving.resubmit(round, c, fragment);
            }
        } else if (command instanceof Command.ReserveNumber c) {
            Fragment fragment = fragment(round, c, c.entityId());
            if (fragment != null) {
                round.whenDurable.add(new FutureReply<>(c.reply(), enqueuing.reserveNumber(round, fragment)));
            }
        }
    }

    /** The entity's fragment; if it is not here the command is refused. */
    private @Nullable Fragment fragment(Round round, Command command, long entityId) {
        Fragment fragment = state.fragment(entityId);
        if (fragment == null) {
            round.refuse(command, state.gone());
        }
        return fragment;
    }

    /** A message that was abandoned with a delay waits too, but was delivered already: nobody scheduled it. */
    private void cancelScheduled(Round round, Command.CancelScheduled command, Fragment fragment) {
        List<Long> missing = new ArrayList<>();
        for (long number : command.numbers()) {
            MessageEntry entry = fragment.queue.messages.get(number);
            if (entry != null && entry.lock == null && isScheduled(entry)) {
                settling.complete(round, entry);
            } else {
                missing.add(number);
            }
        }
        round.whenDurable.add(new FutureReply<>(command.reply(), missing));
    }

    private static boolean isScheduled(MessageEntry entry) {
        return entry.delivery.state() == MessageState.SCHEDULED && !entry.delivery.isHeldBack();
    }

    private void receiveDeferred(Round round, Command.ReceiveDeferred command, Fragment fragment) {
        BrokerException disabled = state.receiveRefusal(fragment);
        if (disabled != null) {
            round.refuse(command, disabled);
            return;
        }
        boolean ofSessions = fragment.requiresSessions() && !command.deadLetter();
        SessionLock held = ofSessions ? session(fragment, command) : null;
        if (ofSessions && (held == null || held.isOver(round.nanos))) {
            round.refuse(command, noSession(fragment, command));
            return;
        }
        List<MessageEntry> entries = new ArrayList<>();
        List<Long> missing = new ArrayList<>();
        for (long number : command.numbers()) {
            MessageEntry entry =
                    fragment.subQueue(command.deadLetter()).messages.get(number);
            boolean isHere = entry != null && (held == null || held.session.id.equals(entry.sessionId));
            if (entry != null && isHere && canBeFetched(round, entry)) {
                entries.add(entry);
            } else {
                missing.add(number);
            }
        }
        if (!missing.isEmpty()) {
            round.refuse(command, notDeferred(fragment, command.deadLetter(), missing));
            return;
        }
        // All contents first: one that cannot be read must not leave the others locked.
        List<Message> contents = entries.stream().map(bodies::content).toList();
        List<Delivery> deliveries = new ArrayList<>(entries.size());
        for (int i = 0; i < contents.size(); i++) {
            deliveries.add(
                    held == null
                            ? serving.handOut(
                                    round,
                                    entries.get(i),
                                    contents.get(i),
                                    command.mode(),
                                    command.autoRenewNanos(),
                                    command.lockLost())
                            : serving.handOut(round, entries.get(i), contents.get(i), held));
        }
        // That they are deferred may not be on disk yet.
        round.whenDurable.add(new FutureReply<>(command.reply(), deliveries));
    }

    private static @Nullable SessionLock session(Fragment fragment, Command.ReceiveDeferred command) {
        SessionTable sessions = fragment.sessions();
        UUID lock = command.sessionLock();
        return sessions == null || lock == null ? null : sessions.lock(lock);
    }

    private static BrokerException noSession(Fragment fragment, Command.ReceiveDeferred command) {
        return command.sessionLock() == null
                ? new BrokerException(
                        ErrorCode.InvalidOperation,
                        fragment
                                + " requires sessions: accept the session of its deferred messages, and receive them by"
                                + " their numbers from that receiver (rule F6)")
                : new BrokerException(
                        ErrorCode.SessionLockLost,
                        "the lock of the session is lost: receive from it again if the receiver heals, else accept it"
                                + " again, then ask for its deferred messages");
    }

    /** Whether it is deferred and free. One whose time is over is so only until somebody asks for it (rule F4). */
    private boolean canBeFetched(Round round, MessageEntry entry) {
        if (entry.delivery.state() != MessageState.DEFERRED || entry.lock != null) {
            return false;
        }
        if (entry.effectiveExpiryMs() > round.wallMs) {
            return true;
        }
        settling.expire(round, entry, entry.delivery);
        return false;
    }

    private static BrokerException notDeferred(Fragment fragment, boolean deadLetter, List<Long> missing) {
        return new BrokerException(
                ErrorCode.MessageNotFound,
                "nothing was received from " + fragment.path(deadLetter) + ": no deferred message that is free and not"
                        + " expired has the sequence numbers " + missing + "; a peek shows what is there");
    }
}
