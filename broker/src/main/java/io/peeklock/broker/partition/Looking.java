/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.BrowsePage;
import io.peeklock.broker.BrowsePosition;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.MessageState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows messages without taking them: all that are here by number (rule N6), or those that are received as they are
 * received (rule N9).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Looking {
    /** Steps after which a look ends: others must have their turn. */
    private static final int STEPS = 20_000;

    /** Steps that the look of a simple filter costs. */
    private static final int STEPS_PER_MATCH = 20;

    private final PartitionState state;
    private final BodyStore bodies;

    Looking(PartitionState state, BodyStore bodies) {
        this.state = state;
        this.bodies = bodies;
    }

    void look(Round round, Command.Peek command) {
        Fragment fragment = state.fragment(command.entityId());
        BrowsePage page = fragment == null
                ? new BrowsePage(List.of(), BrowsePosition.END)
                : new Look(round, command, fragment.subQueue(command.deadLetter())).page();
        round.whenDurable.add(new FutureReply<>(command.reply(), page));
    }

    /** One command's way through a sub-queue. */
    private final class Look {
        private final SubQueue queue;
        private final BrowsePosition from;
        private final int max;
        private final @Nullable MessageFilter filter;
        private final Round round;
        private final List<Delivery> found = new ArrayList<>();
        private long bytes;
        private long steps;

        Look(Round round, Command.Peek command, SubQueue queue) {
            this.round = round;
            this.queue = queue;
            this.from = command.from();
            this.max = command.max();
            this.filter = command.filter();
        }

        BrowsePage page() {
            BrowsePosition next = from.isByNumber() ? byNumber() : asReceived();
            round.changes += steps / STEPS_PER_MATCH;
            return new BrowsePage(found, next);
        }

        private BrowsePosition byNumber() {
            MessageEntry entry = queue.messages.firstFrom(from.sequenceNumber());
            while (entry != null && goesOn()) {
                show(entry);
                entry = queue.messages.firstFrom(entry.sequenceNumber + 1);
            }
            return entry == null ? BrowsePosition.END : BrowsePosition.ofNumber(entry.sequenceNumber);
        }

        private BrowsePosition asReceived() {
            long number = from.sequenceNumber();
            for (int priority = from.priority(); priority >= 0; priority--) {
                MessageEntry entry = queue.messagesOf(priority) == 0 ? null : queue.messages.firstFrom(number);
                while (entry != null && goesOn()) {
                    if (entry.priority == priority && isReceivable(entry)) {
                        show(entry);
                    }
                    entry = queue.messages.firstFrom(entry.sequenceNumber + 1);
                }
                if (entry != null) {
                    return new BrowsePosition(priority, entry.sequenceNumber);
                }
                number = 0;
            }
            return BrowsePosition.END;
        }

        /** Now, or when its lock ends. */
        private boolean isReceivable(MessageEntry entry) {
            return entry.delivery.state() == MessageState.ACTIVE
                    && (entry.lock != null || !entry.isExpired(round.wallMs));
        }

        private boolean goesOn() {
            return found.size() < max && bytes < Partition.MAX_PEEK_BYTES && steps++ < STEPS;
        }

        private void show(MessageEntry entry) {
            if (filter instanceof OfSession of && queue.fragment.requiresSessions()) {
                if (!of.sessionId().equals(entry.sessionId)) {
                    return;
                }
            } else if (filter != null) {
                steps += (long) STEPS_PER_MATCH * filter.cost();
                if (!bodies.matches(filter, entry)) {
                    return;
                }
            }
            MessageLock lock = entry.lock;
            found.add(Serving.delivery(entry, bodies.content(entry), null, lock == null ? 0 : lock.lockedUntilMs()));
            bytes += entry.contentBytes;
        }
    }
}
