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
        private long bytes;
        private int messages;

        private long bytesOf(Fragment fragment) {
            return bytesPerFragment.getOrDefault(fragment, 0L);
        }

        void add(Intake intake) {
            int size = intake.message().sizeBytes();
            for (Fragment target : intake.targets()) {
                bytesPerFragment.merge(target, (long) size, Long::sum);
                bytes += size;
                messages++;
            }
        }
    }

    private final PartitionState state;
    private final BodyStore bodies;

    Admitting(PartitionState state, BodyStore bodies) {
        this.state = state;
        this.bodies = bodies;
    }

    /** Who takes a message that is sent to an entity; null if the entity is not here. */
    @Nullable
    Intake intake(long entityId, Message message) {
        Fragment destination = state.fragment(entityId);
        if (destination == null) {
            return null;
        }
        if (!destination.isTopic()) {
            return new Intake(destination, destination.itself, message);
        }
        List<Fragment> targets = new ArrayList<>();
        for (Fragment subscription : state.subscriptionsOf(entityId)) {
            if (subscription.takes(message)) {
                targets.add(subscription);
            }
        }
        return new Intake(destination, targets, message);
    }

    /** Why a message cannot be taken, or null. */
    @Nullable
    BrokerException refusal(@Nullable Intake intake, @Nullable Staged staged, @Nullable BrokerException diskFull) {
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
                            + destination.path(false).kind());
        }
        BrokerException refusal = destination.isTopic() ? unreadableFilter(destination) : null;
        for (Fragment target : intake.targets()) {
            if (refusal == null) {
                refusal = full(target, staged == null ? 0 : staged.bytesOf(target), message, settings);
            }
        }
        if (refusal == null) {
            refusal = memoryFull(intake, staged == null ? 0 : staged.bytes, staged == null ? 0 : staged.messages);
        }
        return refusal == null && diskFull != null && intake.isDurable() ? diskFull : refusal;
    }

    BrokerException gone() {
        return new BrokerException(ErrorCode.EntityNotFound, "the entity is no longer in partition " + state.partition);
    }

    private @Nullable BrokerException unreadableFilter(Fragment topic) {
        for (Fragment subscription : state.subscriptionsOf(topic.entityId())) {
            BrokerException unreadable = subscription.unreadableFilter();
            if (unreadable != null) {
                return new BrokerException(
                        ErrorCode.InvalidOperation,
                        "nothing can be sent to " + topic + ": the filter of " + subscription
                                + " cannot be read by this program (" + unreadable.getMessage()
                                + "): update or delete it",
                        unreadable);
            }
        }
        return null;
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

    private @Nullable BrokerException memoryFull(Intake intake, long stagedBytes, int stagedMessages) {
        int copies = intake.targets().size();
        if (copies == 0) {
            return null;
        }
        if (!bodies.hasHeapFor(stagedBytes + (long) intake.message().sizeBytes() * copies)) {
            return new BrokerException(
                    ErrorCode.QuotaExceeded,
                    "the messages of the namespace fill half of the heap, and none can be moved to a disk: receive some, or"
                            + " give the process a larger heap (-Xmx)");
        }
        if (!bodies.hasRoomForMessages(stagedMessages + copies)) {
            return new BrokerException(
                    ErrorCode.QuotaExceeded,
                    "the namespace holds as many messages as fit its memory: receive some or raise indexMemory");
        }
        return null;
    }
}
