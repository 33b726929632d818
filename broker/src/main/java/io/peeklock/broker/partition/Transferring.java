/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings messages to entities in other partitions: writes the intent, offers it until it is answered, ends it (rule W1). The
 * counterpart of {@link Arriving}.
 *
 * <p>Owned by the partition's driver; not thread safe. A partition that is told of something is told by an answer of this one,
 * so in the order in which it was decided: no offer comes behind the word that its transfer has ended.
 */
final class Transferring {
    static final int MAX_MESSAGES = 100;
    /** Each may become many copies there. */
    static final int MAX_MESSAGES_TO_A_TOPIC = 10;

    static final long MAX_BYTES = 1 << 20;
    static final int REDIRECTED_AT_ONCE = 10;
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int LONGEST_PAUSE_SHIFT = 6;

    /** Messages that go together. */
    private static final class Group {
        private final EntityDefinition destination;
        private final Transfer transfer;
        private long bytes;

        private Group(EntityDefinition destination, Transfer transfer) {
            this.destination = destination;
            this.transfer = transfer;
        }

        private boolean isFull() {
            int max = destination.kind() == EntityKind.TOPIC ? MAX_MESSAGES_TO_A_TOPIC : MAX_MESSAGES;
            return transfer.entries.size() >= max || bytes >= MAX_BYTES;
        }
    }

    private final PartitionState state;
    private final BodyStore bodies;
    private final Settling settling;
    private final Retrying retrying;
    private final Exchange exchange;
    private final LongSupplier random;
    /** Begun in this decision. */
    private final List<Transfer> begun = new ArrayList<>();

    private final Set<MoveAnswer> answers = new LinkedHashSet<>();
    /** By partition and by whether they are durable; empty between two decisions. */
    private final Map<Integer, Group> gathered = new LinkedHashMap<>();

    Transferring(
            PartitionState state,
            BodyStore bodies,
            Settling settling,
            Retrying retrying,
            Exchange exchange,
            LongSupplier random) {
        this.state = state;
        this.bodies = bodies;
        this.settling = settling;
        this.retrying = retrying;
        this.exchange = exchange;
        this.random = random;
    }

    /** A ready message goes to another partition, with others that {@link #begin} sends off. */
    void gather(Round round, MessageEntry entry, EntityDefinition destination, int partition, Departure.Way way) {
        // What is volatile needs no record, and goes by itself.
        int key = 2 * partition + (entry.isDurable() ? 1 : 0);
        Group group = gathered.get(key);
        if (group == null) {
            Transfer transfer = new Transfer(
                    new UUID(random.getAsLong(), random.getAsLong()),
                    entry.isDurable() ? state.takeRecordIds(1) : 0,
                    entry.fragment,
                    entry.delivery.deadLettered(),
                    destination.id(),
                    partition,
                    way,
                    new ArrayList<>());
            group = new Group(destination, transfer);
            gathered.put(key, group);
        }
        group.transfer.entries.add(entry);
        group.bytes += entry.contentBytes;
        round.emit(new Change.Locked(entry, new MessageLock(entry, group.transfer)));
        if (group.isFull()) {
            gathered.remove(key);
            begin(round, group.transfer);
        }
    }

    /**
     * An edited message goes to the partition that has reserved its number, and then its dead letter goes. After a crash here the
     * other partition is only asked whether it has come: what it was is not known any more.
     *
     * @param answer gets the dead letter if it was refused, and stays as it was
     */
    void resubmit(Round round, MessageEntry dead, Departure edited, Function<List<Refused>, Round.Reply> answer) {
        Transfer transfer = new Transfer(
                new UUID(random.getAsLong(), random.getAsLong()),
                dead.isDurable() ? state.takeRecordIds(1) : 0,
                dead.fragment,
                true,
                dead.fragment.entityId(),
                SequenceNumbers.partition(edited.reservedNumber()),
                Departure.Way.RESUBMIT,
                List.of(dead));
        transfer.edited = edited;
        round.emit(new Change.Locked(dead, new MessageLock(dead, transfer)));
        begin(round, transfer);
        begin(round, new MoveAnswer(answer));
    }

    /** What was gathered goes; who waits for the end of it is answered then, at once if there is nothing. */
    void begin(Round round, @Nullable MoveAnswer answer) {
        List<Group> groups = new ArrayList<>(gathered.values());
        gathered.clear();
        groups.forEach(group -> begin(round, group.transfer));
        if (answer != null) {
            begun.forEach(answer::waitsFor);
            answers.add(answer);
            giveIfComplete(round, answer);
        }
        begun.clear();
    }

    private void giveIfComplete(Round round, MoveAnswer answer) {
        if (answer.isComplete() && answers.remove(answer)) {
            round.whenDurable.add(answer.reply());
        }
    }

    /** Of those who wait for the end of moves. */
    List<Round.Reply> unanswered() {
        return answers.stream().map(MoveAnswer::reply).toList();
    }

    private void begin(Round round, Transfer transfer) {
        transfer.sinceMs = round.wallMs;
        round.emit(new Change.TransferBegun(transfer));
        begun.add(transfer);
        offerNext(round, transfer);
    }

    /** Offers the transfer whose turn it is where this one goes, unless it is under way. */
    private void offerNext(Round round, Transfer transfer) {
        Transfer next = state.transfers().nextOf(transfer);
        if (next != null && !next.underWay && !next.source.gone && next.againNanos - round.nanos <= 0) {
            offer(round, next);
        }
    }

    /** When all that it was decided on is on disk, the intent first of all, the other partition is asked to take it. */
    private void offer(Round round, Transfer transfer) {
        transfer.attempts++;
        transfer.underWay = true;
        transfer.trial = transfer.source.subQueue(transfer.deadLetter).trials();
        exchange.used(transfer.destinationId);
        List<Command.Arrive.Item> items = new ArrayList<>(transfer.entries.size());
        for (MessageEntry entry : transfer.entries) {
            if (transfer.holds(entry)) {
                try {
                    items.add(new Command.Arrive.Item(entry.sequenceNumber, departure(transfer, entry)));
                } catch (Departure.Impossible e) {
                    transfer.notSent.put(entry.sequenceNumber, e.refusal());
                }
            }
        }
        int attempt = transfer.attempts;
        CompletableFuture<List<Refused>> reply = new CompletableFuture<>();
        reply.whenComplete((refused, failure) -> exchange.submit(
                state.partition,
                new Command.TransferAnswered(transfer.id, transfer.destinationPartition, attempt, refused)));
        tell(
                round,
                transfer.destinationPartition,
                new Command.Arrive(
                        transfer.id, state.partition, transfer.destinationId, transfer.isDurable(), items, reply));
    }

    private @Nullable Departure departure(Transfer transfer, MessageEntry entry) throws Departure.Impossible {
        return transfer.way == Departure.Way.RESUBMIT
                ? transfer.edited
                : Departure.of(entry, bodies.content(entry), transfer.way);
    }

    private void tell(Round round, int partition, Command command) {
        round.whenDurable.add(Replies.ifDurable(() -> exchange.submit(partition, command)));
    }

    /** The other partition has answered, or is out. */
    void answered(Round round, Command.TransferAnswered command) {
        Transfer transfer = state.transfers().find(command.id());
        List<Refused> refused = command.refused();
        if (transfer == null) {
            // Ended before, by an earlier answer or with its entity.
            if (state.transfers().isEnded(command.id())) {
                tell(round, command.partition(), new Command.ForgetArrivals(List.of(command.id())));
            }
        } else if (refused != null) {
            end(round, transfer, refused);
        } else if (transfer.attempts == command.attempt()) {
            transfer.underWay = false;
            transfer.againNanos =
                    round.nanos + (FIRST_PAUSE_NANOS << Math.min(transfer.failures++, LONGEST_PAUSE_SHIFT));
            state.deadlines.lockUntil(transfer.againNanos);
        }
    }

    private void end(Round round, Transfer transfer, List<Refused> refused) {
        Map<Long, Refusal> stay = new HashMap<>(transfer.notSent);
        refused.forEach(one -> stay.put(one.number(), one.why()));
        List<Refused> stayed = new ArrayList<>();
        for (MessageEntry entry : transfer.entries) {
            Refusal why = stay.get(entry.sequenceNumber);
            if (transfer.holds(entry)) {
                if (why == null) {
                    settling.complete(round, entry);
                    retrying.went(round, transfer.source.subQueue(transfer.deadLetter));
                } else {
                    stayed.add(new Refused(entry.sequenceNumber, why));
                    stay(round, transfer, entry, why);
                }
            }
        }
        ended(round, transfer, stayed);
        tell(round, transfer.destinationPartition, new Command.ForgetArrivals(List.of(transfer.id)));
        offerNext(round, transfer);
        // There may be some that waited until fewer were on their way.
        round.touched.add(transfer.source.subQueue(transfer.deadLetter));
    }

    private void ended(Round round, Transfer transfer, List<Refused> stayed) {
        round.emit(new Change.TransferEnded(transfer));
        MoveAnswer answer = transfer.answer;
        if (answer != null) {
            answer.ended(stayed);
            giveIfComplete(round, answer);
        }
    }

    /** Its source is deleted, and everything in it has been removed. */
    void sourceGone(Round round, Transfer transfer) {
        Refusal why = Refusal.of(state.gone());
        ended(
                round,
                transfer,
                transfer.entries.stream()
                        .map(entry -> new Refused(entry.sequenceNumber, why))
                        .toList());
        tell(round, transfer.destinationPartition, new Command.ForgetArrivals(List.of(transfer.id)));
    }

    /**
     * What was to be moved stays as it was. What was to be forwarded becomes a dead letter where it is; one that is a dead letter
     * already can be received (rules D1, D5).
     */
    private void stay(Round round, Transfer transfer, MessageEntry entry, Refusal why) {
        round.emit(new Change.Unlocked(entry));
        if (transfer.way != Departure.Way.FORWARD) {
            settling.putBack(round, entry);
        } else if (entry.delivery.deadLettered()) {
            SubQueue letters = entry.fragment.deadLetterQueue;
            // What has changed since it was offered may be why it would be taken now.
            if (transfer.trial == letters.trials()) {
                letters.staysHere(entry);
                if (why.isForRoom()) {
                    retrying.refused(round, letters);
                }
            }
            round.becomesReady(entry);
        } else {
            settling.moveToDeadLetters(round, entry, entry.delivery, why.reason(), why.description());
        }
    }

    /** What nobody was offered yet goes where its source forwards to now: so much at a time that others have their turn. */
    void redirect(Round round, Fragment source) {
        int left = REDIRECTED_AT_ONCE;
        for (Transfer transfer : List.copyOf(source.transfers)) {
            boolean isNew = transfer.attempts == 0 && !transfer.loaded && transfer.way == Departure.Way.FORWARD;
            if (isNew && goesElsewhere(transfer)) {
                if (left-- == 0) {
                    Command rest = new Command.Redirect(source.entityId());
                    round.afterAppend.add(Replies.afterwards(() -> exchange.submit(state.partition, rest)));
                    return;
                }
                giveBack(round, transfer);
            }
        }
    }

    /** Goes on with that. */
    void redirect(Round round, Command.Redirect command) {
        Fragment source = state.fragment(command.entityId());
        if (source != null) {
            redirect(round, source);
        }
    }

    private boolean goesElsewhere(Transfer transfer) {
        String name = transfer.source.subQueue(transfer.deadLetter).forwardTo();
        EntityDefinition destination = name == null ? null : exchange.destination(name);
        return destination == null || destination.id() != transfer.destinationId;
    }

    private void giveBack(Round round, Transfer transfer) {
        for (MessageEntry entry : transfer.entries) {
            if (transfer.holds(entry)) {
                round.emit(new Change.Unlocked(entry));
                round.becomesReady(entry);
            }
        }
        round.emit(new Change.TransferEnded(transfer));
    }

    /** After a load, and when time has passed: offers again what is not under way. */
    void tick(Round round) {
        for (Transfer head : state.transfers().heads()) {
            offerNext(round, head);
            if (!head.underWay) {
                state.deadlines.lockUntil(head.againNanos);
            }
        }
    }

    /** After a load: nobody knows any more when they were begun. */
    void recover(Round round) {
        state.transfers().all().forEach(transfer -> transfer.sinceMs = round.wallMs);
        tick(round);
    }

    /** After a load: what ended before, but was not told any more, is asked by those who still keep it. */
    void tellOfReturn(Round round) {
        for (int other = 0; other < exchange.partitions(); other++) {
            if (other != state.partition) {
                tell(round, other, new Command.SourceIsBack(state.partition));
            }
        }
    }

    /** Another partition asks which of these transfers there are no more. */
    void asked(Round round, Command.AskForTransfers command) {
        List<UUID> ended = command.ids().stream()
                .filter(id -> state.transfers().isEnded(id))
                .toList();
        round.whenDurable.add(new FutureReply<@Nullable List<UUID>>(command.reply(), ended));
    }
}
