/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Does with many messages of a sub-queue what an administrator wants, by their numbers, some of them at a time.
 *
 * <p>Owned by the partition's driver; not thread safe. Each message is changed in one batch or not at all, and what was done
 * does not have to be done again: so a sweep that was interrupted is repeated, and goes on.
 */
final class Sweeping {
    /** Records that a command writes or removes, roughly; others must have their turn. */
    static final int RECORDS = 500;

    private static final int BYTES = 512 * 1024;
    /** Steps after which a command ends that finds little, and what a look of a simple filter costs. */
    private static final int STEPS = 20_000;

    private static final int STEPS_PER_MATCH = 20;

    private final PartitionState state;
    private final BodyStore bodies;
    private final Settling settling;
    private final Redriving redriving;
    private final Moving moving;

    Sweeping(PartitionState state, BodyStore bodies, Settling settling, Redriving redriving, Moving moving) {
        this.state = state;
        this.bodies = bodies;
        this.settling = settling;
        this.redriving = redriving;
        this.moving = moving;
    }

    void sweep(Round round, Command.SweepMessages command, Fragment fragment) {
        Sweep sweep = command.sweep();
        BrokerException barred = refusal(sweep, fragment);
        if (barred != null) {
            round.refuse(command, barred);
            return;
        }
        Page page = new Page(round, sweep, fragment);
        page.run();
        if (page.isWithoutRoom()) {
            round.refuse(command, new BrokerException(ErrorCode.QuotaExceeded, Moving.NO_ROOM.description()));
        } else if (sweep.destination() == null) {
            round.whenDurable.add(new FutureReply<>(command.reply(), page.result(List.of())));
        } else {
            moving.answerWhenGone(round, refused -> new FutureReply<>(command.reply(), page.result(refused)));
        }
    }

    private static @Nullable BrokerException refusal(Sweep sweep, Fragment source) {
        if (sweep.action() == Sweep.Action.REDRIVE) {
            return source.definition().sendRefusal();
        }
        // Whoever holds a session would get what comes later before what is on its way, and may come back.
        boolean breaksSessions = sweep.destination() != null && !sweep.deadLetter() && source.requiresSessions();
        return breaksSessions
                ? new BrokerException(
                        ErrorCode.InvalidOperation,
                        source
                                + " requires sessions, whose order a move would break: move its dead letters, or receive its"
                                + " sessions and send their messages")
                : null;
    }

    /** What one command does. */
    private final class Page {
        private final Round round;
        private final Sweep sweep;
        private final SubQueue queue;
        private final NavigableSet<Long> numbers;
        private final long upTo;
        private final long beforeMs;
        private final long from;
        /** Where the next command goes on if nothing was found. */
        private long goOnFrom = Long.MAX_VALUE;

        private long next;
        private boolean noRoom;
        private long done;
        private long locked;
        private long setAside;
        private long refused;
        private @Nullable String firstRefusal;
        private long records;
        private long bytes;
        private int steps;

        Page(Round round, Sweep sweep, Fragment fragment) {
            this.round = round;
            this.sweep = sweep;
            this.queue = fragment.subQueue(sweep.deadLetter());
            this.numbers = sweep.selection().sequenceNumbers();
            boolean partitioned = fragment.settings().partitioned();
            // Numbers below are those of other partitions.
            this.from = Math.max(sweep.from(), SequenceNumbers.of(state.partition, partitioned, 0));
            this.upTo = sweep.upTo() == Sweep.WHAT_IS_THERE
                    ? SequenceNumbers.of(state.partition, partitioned, fragment.lastNumber)
                    : sweep.upTo();
            Instant before = sweep.selection().enqueuedBefore();
            this.beforeMs = before == null ? Long.MAX_VALUE : millis(before);
        }

        void run() {
            MessageEntry entry = nextFrom(from);
            while (entry != null && entry.sequenceNumber <= upTo && goesOn()) {
                next = entry.sequenceNumber;
                look(entry);
                if (noRoom) {
                    return;
                }
                entry = nextFrom(next + 1);
            }
            next = entry == null ? goOnFrom : entry.sequenceNumber;
            next = done >= sweep.max() ? Long.MAX_VALUE : next;
            round.changes += steps / STEPS_PER_MATCH;
        }

        /** Whether it could not even begin. */
        boolean isWithoutRoom() {
            return noRoom && done == 0;
        }

        /** @param others those that other partitions have refused after they were counted as done */
        SweepPage result(List<Refused> others) {
            String first = firstRefusal == null && !others.isEmpty()
                    ? others.get(0).why().description()
                    : firstRefusal;
            return new SweepPage(
                    new BulkProgress(done - others.size(), locked, setAside, refused + others.size(), first, 0),
                    next,
                    upTo);
        }

        /** Whoever names numbers has only these looked at. */
        private @Nullable MessageEntry nextFrom(long first) {
            if (numbers.isEmpty()) {
                return queue.messages.firstFrom(first);
            }
            for (Long number = numbers.ceiling(first);
                    number != null && number <= upTo;
                    number = numbers.higher(number)) {
                MessageEntry entry = queue.messages.get(number);
                if (entry != null) {
                    return entry;
                }
                if (steps++ >= STEPS) {
                    goOnFrom = number + 1;
                    return null;
                }
            }
            return null;
        }

        private boolean goesOn() {
            return done < sweep.max() && records < RECORDS && bytes < BYTES && steps++ < STEPS;
        }

        private void look(MessageEntry entry) {
            if (!isMeant(entry)) {
                return;
            }
            if (entry.lock != null) {
                locked++;
            } else if (!isInState(entry)) {
                setAside++;
            } else {
                act(entry);
            }
        }

        /** The state is looked at later: what is left only because of it is counted. */
        private boolean isMeant(MessageEntry entry) {
            MessageSelection selection = sweep.selection();
            if (entry.enqueuedTimeMs >= beforeMs) {
                return false;
            }
            MessageState stands = entry.delivery.state();
            if (entry.lock == null
                    && !selection.states().isEmpty()
                    && !selection.states().contains(stands)) {
                return false;
            }
            MessageFilter filter = selection.filter();
            if (filter == null) {
                return true;
            }
            steps += STEPS_PER_MATCH * filter.cost();
            return bodies.matches(filter, entry);
        }

        /** Nothing that somebody has set aside goes elsewhere unless that was said. */
        private boolean isInState(MessageEntry entry) {
            return sweep.action() == Sweep.Action.PURGE
                    || entry.delivery.state() == MessageState.ACTIVE
                    || !sweep.selection().states().isEmpty();
        }

        private void act(MessageEntry entry) {
            int chunks = entry.chunks;
            String refusal = switch (sweep.action()) {
                case PURGE -> purge(entry);
                case REDRIVE -> redriving.redrive(round, entry);
                case MOVE -> move(entry, Departure.Way.MOVE);
                case MOVE_CLEAN -> move(entry, Departure.Way.MOVE_CLEAN);
            };
            if (noRoom) {
                return;
            }
            if (refusal != null) {
                refused++;
                firstRefusal = firstRefusal == null ? refusal : firstRefusal;
                return;
            }
            records += 1 + (sweep.action() == Sweep.Action.REDRIVE ? 0 : chunks);
            bytes += sweep.action() == Sweep.Action.REDRIVE
                    ? DeliveryRecord.body(entry.delivery).encodedBytes()
                    : 0;
            done++;
        }

        private @Nullable String purge(MessageEntry entry) {
            settling.complete(round, entry);
            return null;
        }

        private @Nullable String move(MessageEntry entry, Departure.Way way) {
            EntityDefinition destination = Objects.requireNonNull(sweep.destination());
            Refusal refusal = moving.move(round, entry, destination, way);
            noRoom = Moving.NO_ROOM.equals(refusal);
            bytes += entry.contentBytes;
            records++;
            return refusal == null ? null : refusal.description();
        }
    }

    private static long millis(Instant instant) {
        try {
            return instant.toEpochMilli();
        } catch (ArithmeticException e) {
            return instant.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
