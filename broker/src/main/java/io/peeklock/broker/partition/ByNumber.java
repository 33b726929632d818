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
 * Decides commands that name messages by their numbers: deferred ones are received so, scheduled ones cancelled.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class ByNumber {
    private final PartitionState state;
    private final BodyStore bodies;
    private final Settling settling;
    private final Serving serving;
    private final Enqueuing enqueuing;

    ByNumber(PartitionState state, BodyStore bodies, Settling settling, Serving serving, Enqueuing enqueuing) {
        this.state = state;
        this.bodies = bodies;
        this.settling = settling;
        this.serving = serving;
        this.enqueuing = enqueuing;
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
            if (entry != null && entry.delivery.state() == MessageState.SCHEDULED && !entry.delivery.isHeldBack()) {
                settling.complete(round, entry);
            } else {
                missing.add(number);
            }
        }
        round.whenDurable.add(new FutureReply<>(command.reply(), missing));
    }

    private void receiveDeferred(Round round, Command.ReceiveDeferred command, Fragment fragment) {
        BrokerException disabled = state.receiveRefusal(fragment);
        if (disabled != null) {
            round.refuse(command, disabled);
            return;
        }
        SessionLock held = null;
        if (fragment.requiresSessions() && !command.deadLetter()) {
            held = held(round, fragment, command.sessionLock());
            if (held == null) {
                round.refuse(command, sessionRefusal(fragment, command.sessionLock()));
                return;
            }
        }
        List<MessageEntry> entries = new ArrayList<>();
        List<Long> missing = new ArrayList<>();
        for (long number : command.numbers()) {
            MessageEntry entry =
                    fragment.subQueue(command.deadLetter()).messages.get(number);
            if (entry != null && isOf(held, entry) && canBeFetched(round, entry)) {
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
            MessageEntry entry = entries.get(i);
            deliveries.add(
                    held == null
                            ? serving.handOut(round, entry, contents.get(i), command.mode(), command.autoRenewNanos())
                            : serving.handOut(round, entry, contents.get(i), held));
        }
        // That they are deferred may not be on disk yet.
        round.whenDurable.add(new FutureReply<>(command.reply(), deliveries));
    }

    private static boolean isOf(@Nullable SessionLock held, MessageEntry entry) {
        return held == null || held.session.id.equals(entry.sessionId);
    }

    /** Who wants a deferred message of a session must hold that (rule F6). */
    private static @Nullable SessionLock held(Round round, Fragment fragment, @Nullable UUID token) {
        SessionTable sessions = fragment.sessions();
        SessionLock lock = sessions == null || token == null ? null : sessions.lock(token);
        return lock == null || lock.isOver(round.nanos) ? null : lock;
    }

    private static BrokerException sessionRefusal(Fragment fragment, @Nullable UUID token) {
        return token == null
                ? new BrokerException(
                        ErrorCode.InvalidOperation,
                        fragment + " requires sessions: accept the session of the deferred messages, and receive them"
                                + " by it")
                : new BrokerException(
                        ErrorCode.SessionLockLost,
                        "nothing was received from " + fragment + ": the lock of the session is lost; accept it again");
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
