/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
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
        /** Each has a place apart from its record, as delayed ones have, whether it is delayed or not. */
        private final boolean prepared;

        /** In the index beside messages: ids, and what states of sessions take more than before. */
        private long otherIndexBytes;
        /** Ids under which messages came, by where they were sent to. */
        private final Map<Fragment, Set<SeenId.Key>> ids = new HashMap<>();

        /** @param prepared whether what is put in waits for its transaction to be decided */
        Staged(boolean prepared) {
            this.prepared = prepared;
        }

        private boolean countsAsDelayed(Intake intake) {
            return prepared || intake.timing().isDelayed();
        }

        long bytesOf(Fragment fragment) {
            return bytesPerFragment.getOrDefault(fragment, 0L);
        }

        long otherIndexBytes() {
            return otherIndexBytes;
        }

        /** The state of a session changes its size by so much. */
        void addState(Fragment fragment, long bytes) {
            bytesPerFragment.merge(fragment, bytes, Long::sum);
            otherIndexBytes += bytes;
        }

        /** Whether one with the same id came before: it will be dropped, and needs no room. */
        boolean repeats(Intake intake) {
            SeenId.Key key = Duplicates.keyOf(intake.destination(), intake.message());
            return key != null
                    && ids.getOrDefault(intake.destination(), Set.of()).contains(key);
        }

        void add(Intake intake) {
            SeenId.Key key = Duplicates.keyOf(intake.destination(), intake.message());
            if (key != null) {
                ids.computeIfAbsent(intake.destination(), destination -> new HashSet<>())
                        .add(key);
            }
            for (Copy copy : intake.copies()) {
                bytesPerFragment.merge(copy.target(), (long) copy.message().sizeBytes(), Long::sum);
                messages++;
                delayed += countsAsDelayed(intake) ? 1 : 0;
            }
            otherIndexBytes += intake.idBytes();
            contentBytes += intake.contentBytes();
        }
    }

    /** Of a command that takes a message out, and puts in another one in its place. */
    static Staged inPlaceOf(MessageEntry entry) {
        Staged staged = new Staged(false);
        staged.bytesPerFragment.put(entry.fragment, (long) -entry.contentBytes);
        staged.messages--;
        return staged;
    }

    /** Of a command that puts in one message. Not to be added to. */
    static final Staged NOTHING_STAGED = new Staged(false);

    private final PartitionState state;
    private final BodyStore bodies;
    private final Profile profile;
    private final Duplicates duplicates;
    private final Matching matching;

    Admitting(PartitionState state, BodyStore bodies, Duplicates duplicates, Profile profile, LongSupplier random) {
        this.state = state;
        this.bodies = bodies;
        this.duplicates = duplicates;
        this.profile = profile;
        this.matching = new Matching(bodies, random);
    }

    /** Who takes a message that is sent to an entity; null if the entity is not here. Looking at rules counts as work. */
    @Nullable
    Intake intake(Round round, Submission submission) {
        Fragment destination = state.fragment(submission.entityId());
        if (destination == null) {
            return null;
        }
        Message message = submission.message();
        SeenId original = duplicates.originalOf(destination, message, round.wallMs);
        Due due = Due.of(submission, profile, round.wallMs);
        return intake(round, destination, message, due, submission.reservedNumber(), Journey.NONE, original);
    }

    /** The same for a message that comes from another entity of the namespace: its own delay does not count again. */
    Intake intake(Round round, Fragment destination, Departure departure) {
        if (departure.reservedNumber() != 0) {
            return resubmission(round, destination, departure);
        }
        Message message = departure.message();
        SeenId original =
                departure.way().dropsDuplicates() ? duplicates.originalOf(destination, message, round.wallMs) : null;
        long dueMs = departure.journey().dueMs();
        Due due = dueMs > round.wallMs ? new Due(dueMs, dueMs, true) : Due.now(round.wallMs);
        return intake(round, destination, message, due, 0, departure.journey(), original);
    }

    /** The same for a dead letter that was edited: it goes where that was, and is no duplicate of it. */
    static Intake resubmission(Round round, Fragment fragment, Departure edited) {
        Message message = edited.message();
        return new Intake(
                fragment,
                List.of(Copy.of(fragment, message)),
                message,
                Due.now(round.wallMs),
                edited.reservedNumber(),
                edited.journey(),
                null,
                null);
    }

    private Intake intake(
            Round round,
            Fragment destination,
            Message message,
            Due due,
            long reservedNumber,
            Journey journey,
            @Nullable SeenId original) {
        if (original != null) {
            return new Intake(destination, List.of(), message, due, 0, journey, original, null);
        }
        if (!destination.isTopic() || due.byTheBus() && due.dueMs() > round.wallMs) {
            List<Copy> itself = List.of(Copy.of(destination, message));
            return new Intake(destination, itself, message, due, reservedNumber, journey, null, null);
        }
        Matching.Found found = matching.find(round, destination, message, state.rulesOf(destination.entityId()), true);
        return new Intake(destination, found.copies(), message, due, reservedNumber, journey, null, found.undecided());
    }

    /** The same for a message that has waited in a topic, and cannot be refused any more: everything is made that rules ask for. */
    Intake publication(Round round, Fragment topic, Message message) {
        Matching.Found found = matching.find(round, topic, message, state.rulesOf(topic.entityId()), false);
        Due now = Due.now(round.wallMs);
        return new Intake(topic, found.copies(), message, now, 0, Journey.NONE, null, found.undecided());
    }

    /** Why a message cannot be taken, or null. */
    @Nullable
    BrokerException refusal(@Nullable Intake intake, Staged staged, @Nullable BrokerException diskFull) {
        if (intake == null) {
            return state.gone();
        }
        BrokerException refusal = destinationRefusal(intake, staged);
        return refusal == null ? roomRefusal(intake, staged, diskFull) : refusal;
    }

    /** Why its destination does not take a message, or null: its status, limits and quota. */
    @Nullable
    BrokerException destinationRefusal(Intake intake, Staged staged) {
        Message message = intake.message();
        Fragment destination = intake.destination();
        BrokerException disabled = destination.definition().sendRefusal();
        if (disabled != null) {
            return disabled;
        }
        EntitySettings settings = limitsOf(destination);
        if (message.sizeBytes() > settings.maxMessageBytes()) {
            return new BrokerException(
                    ErrorCode.MessageSizeExceeded,
                    "the message has " + message.sizeBytes() + " bytes with its properties, " + destination + " takes "
                            + settings.maxMessageBytes() + ": make it smaller or raise maxMessageBytes of the "
                            + destination.path(false).kind() + " (updateQueue, updateTopic; the option maxMessageSize"
                            + " counts only for new ones)");
        }
        BrokerException refusal = intake.undecided();
        Fragment last = null;
        long bytes = 0;
        for (Copy copy : intake.copies()) {
            // Those of one subscription stand together.
            bytes = (copy.target() == last ? bytes : staged.bytesOf(copy.target()))
                    + copy.message().sizeBytes();
            last = copy.target();
            if (refusal == null) {
                refusal = full(copy.target(), bytes, settings);
            }
        }
        return refusal;
    }

    /** Sizes in a subscription are bounded by its topic. */
    private EntitySettings limitsOf(Fragment destination) {
        long topicId = destination.definition().topicId();
        Fragment topic = topicId == 0 ? null : state.fragment(topicId);
        return topic == null ? destination.settings() : topic.settings();
    }

    /** Why its destination does not take a message that comes from another entity, or null. */
    @Nullable
    Refusal moveRefusal(Intake intake, Staged staged) {
        Fragment destination = intake.destination();
        if (intake.message().sessionId() == null && destination.requiresSessions()) {
            return new Refusal(
                    Settling.NO_SESSION, "the message has no session id, and " + destination + " requires sessions");
        }
        BrokerException refusal = destinationRefusal(intake, staged);
        return refusal == null ? null : Refusal.of(refusal);
    }

    /** Why the namespace has no room for a message, or null. */
    @Nullable
    BrokerException roomRefusal(Intake intake, Staged staged, @Nullable BrokerException diskFull) {
        BrokerException refusal = memoryFull(intake, staged);
        return refusal == null && diskFull != null && intake.isDurable() ? diskFull : refusal;
    }

    /** @param bytes what would come in */
    private @Nullable BrokerException full(Fragment target, long bytes, EntitySettings settings) {
        long held = target.sizeBytes;
        if (held + bytes <= settings.maxSizeBytes()) {
            return null;
        }
        String why = bytes > settings.maxSizeBytes()
                ? " is too small in partition " + state.partition + ": " + bytes
                        + " bytes come at once, and it may hold " + settings.maxSizeBytes()
                        + "; send fewer messages together or raise maxSizeBytes"
                : " is full in partition " + state.partition + ": it holds " + held + " bytes of "
                        + settings.maxSizeBytes() + "; receive messages or raise maxSizeBytes";
        return new BrokerException(ErrorCode.QuotaExceeded, target + why);
    }

    private @Nullable BrokerException memoryFull(Intake intake, Staged staged) {
        int copies = intake.copies().size();
        long idBytes = intake.idBytes();
        if (copies == 0 && idBytes == 0) {
            return null;
        }
        boolean arrives = intake.journey().isUnderWay();
        long contentBytes = staged.contentBytes + intake.contentBytes();
        if (!(arrives ? bodies.hasHeapForArrival(contentBytes) : bodies.hasHeapFor(contentBytes))) {
            return new BrokerException(
                    ErrorCode.QuotaExceeded,
                    "the messages of the namespace fill half of the heap, and none can be moved to a disk: receive some, or"
                            + " give the process a larger heap (-Xmx)");
        }
        int messages = staged.messages + copies;
        int delayed = staged.delayed + (staged.countsAsDelayed(intake) ? copies : 0);
        long others = staged.otherIndexBytes + idBytes;
        if (!(arrives
                ? bodies.hasRoomForArrivals(messages, delayed, others)
                : bodies.hasRoomForMessages(messages, delayed, others))) {
            return new BrokerException(
                    ErrorCode.QuotaExceeded,
                    "the namespace holds as many messages, and ids of such as were sent before, as fit its memory: receive"
                            + " some, shorten windows of duplicate detection, or raise indexMemory");
        }
        return null;
    }
}
