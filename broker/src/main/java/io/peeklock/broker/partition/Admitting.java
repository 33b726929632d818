/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds who takes a message, and decides whether there is room for it: with all of them, or it is not taken at all (rules
 * Q1, Q3).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Admitting {

    /** What the same command puts in besides. Owned by the partition's driver; not thread safe. */
    static final class Staged {
        private final Map<Fragment, Long> bytesPerFragment = new HashMap<>();
        /** Of contents: that of a publish is there once, however many subscriptions take it. */
        private long contentBytes;

        private int messages;
        private int delayed;

        private long bytesOf(Fragment fragment) {
            return bytesPerFragment.getOrDefault(fragment, 0L);
        }

        void add(Intake intake) {
            int size = intake.message().sizeBytes();
            for (Fragment target : intake.targets()) {
                bytesPerFragment.merge(target, (long) size, Long::sum);
                messages++;
                delayed += isDelayed(intake) ? 1 : 0;
            }
            contentBytes += intake.targets().isEmpty() ? 0 : size;
        }
    }

    /** Of a command that puts in one message. Not to be added to. */
    static final Staged NOTHING_STAGED = new Staged();

    private final PartitionState state;
    private final BodyStore bodies;

    Admitting(PartitionState state, BodyStore bodies) {
        this.state = state;
        this.bodies = bodies;
    }

    /** Who takes a message that is sent to an entity; null if the entity is not here. Looking at filters counts as work. */
    @Nullable
    Intake intake(Round round, long entityId, Message message) {
        Fragment destination = state.fragment(entityId);
        if (destination == null) {
            return null;
        }
        if (!destination.isTopic()) {
            return new Intake(destination, destination.itself, message, null);
        }
        List<Fragment> targets = new ArrayList<>();
        BrokerException undecided = null;
        for (Fragment subscription : state.subscriptionsOf(entityId)) {
            round.changes += subscription.filterCost();
            try {
                if (subscription.takes(message)) {
                    targets.add(subscription);
                }
            } catch (BrokerException e) {
                // Nobody can say whether it wants the message, and leaving it out could lose one.
                undecided = new BrokerException(
                        e.code(),
                        "this cannot be sent to " + destination + ": the filter of " + subscription + " "
                                + e.getMessage(),
                        e);
            }
        }
        return new Intake(destination, targets, message, undecided);
    }

    /** Why a message cannot be taken, or null. */
    @Nullable
    BrokerException refusal(@Nullable Intake intake, Staged staged, @Nullable BrokerException diskFull) {
        if (intake == null) {
            return gone();
        }
        Message message = intake.message();
        Fragment destination = intake.destination();
        EntitySettings settings = destination.settings();
        if (message.sizeBytes() > settings.maxMessageBytes()) {
            return new BrokerException(
                    ErrorCode.MessageSizeExceeded,
                    "the message has " + message.sizeBytes() + " bytes with its properties, " + destination + " takes "
                            + settings.maxMessageBytes() + ": make it smaller or raise maxMessageBytes of the "
                            + destination.path(false).kind() + " (updateQueue, updateTopic; the option maxMessageSize"
                            + " counts only for new ones)");
        }
        BrokerException refusal = intake.undecided();
        for (Fragment target : intake.targets()) {
            if (refusal == null) {
                refusal = full(target, staged.bytesOf(target), message, settings);
            }
        }
        if (refusal == null) {
            refusal = memoryFull(intake, staged);
        }
        return refusal == null && diskFull != null && intake.isDurable() ? diskFull : refusal;
    }

    BrokerException gone() {
        return new BrokerException(ErrorCode.EntityNotFound, "the entity is no longer in partition " + state.partition);
    }

    private @Nullable BrokerException full(Fragment target, long staged, Message message, EntitySettings settings) {
        long held = target.sizeBytes + staged;
        if (held + message.sizeBytes() <= settings.maxSizeBytes()) {
            return null;
        }
        return new BrokerException(
                ErrorCode.QuotaExceeded,
                target + " is full in partition " + state.partition + ": it holds " + held + " bytes of "
                        + settings.maxSizeBytes() + "; receive messages or raise maxSizeBytes");
    }

    private static boolean isDelayed(Intake intake) {
        return intake.message().deliveryDelayMs() > 0;
    }

    private @Nullable BrokerException memoryFull(Intake intake, Staged staged) {
        int copies = intake.targets().size();
        if (copies == 0) {
            return null;
        }
        if (!bodies.hasHeapFor(staged.contentBytes + intake.message().sizeBytes())) {
            return new BrokerException(
                    ErrorCode.QuotaExceeded,
                    "the messages of the namespace fill half of the heap, and none can be moved to a disk: receive some, or"
                            + " give the process a larger heap (-Xmx)");
        }
        if (!bodies.hasRoomForMessages(staged.messages + copies, staged.delayed + (isDelayed(intake) ? copies : 0))) {
            return new BrokerException(
                    ErrorCode.QuotaExceeded,
                    "the namespace holds as many messages as fit its memory: receive some or raise indexMemory");
        }
        return null;
    }
}
