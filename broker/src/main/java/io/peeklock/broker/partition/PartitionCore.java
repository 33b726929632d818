/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.partition.MessageEntry.Position;
import io.peeklock.broker.rule.CompiledRule;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.PartitionJournal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A loaded partition: decides commands round by round, appends each round as one batch, and gives answers in the order of
 * the batches they were decided on. Discarded when the journal fails.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class PartitionCore {

    /** A publish changes as much as it has copies, and looks at as many filters as its topic has subscriptions. */
    private static final int CHANGES_PER_ROUND = 1024;

    private record WaitingReply(long index, Round.Reply reply) {}

    private record WaitingEntry(long index, MessageEntry entry) {}

    final PartitionState state;
    final BodyStore bodies;
    final PartitionJournal journal;
    private final Answers answers;
    private final Round round;
    private final Deciders deciders;
    private final Deque<WaitingReply> replies = new ArrayDeque<>();
    private final Deque<WaitingEntry> waitingEntries = new ArrayDeque<>();
    private final Set<SubQueue> unserved = new LinkedHashSet<>();
    private final Executor executor;
    private final SwapWriter swapWriter;
    private final Deque<Fragment> toEmpty = new ArrayDeque<>();
    /** How far {@link Round#changes} may count before no further command is taken. */
    private long changesLimit;
    /** The round was ended on a thread that must not wait, and its batch would have had to. */
    private boolean unfinished;
    /** The last batch that asked for a sync: what is decided now must not be told before it is on disk. */
    private long lastDurableBatch;
    /** The last batch of the recovery: what was handed out before can be received again when it is durable. */
    private long recoveryBatch;

    PartitionCore(
            PartitionState state,
            BodyStore bodies,
            PartitionJournal journal,
            Answers answers,
            PartitionSettings settings,
            Consumer<Command> submit) {
        this.state = state;
        this.bodies = bodies;
        this.journal = journal;
        this.answers = answers;
        this.round = new Round(state);
        this.deciders = new Deciders(state, bodies, journal, settings, submit);
        this.executor = settings.runtime().executor();
        this.swapWriter = new SwapWriter(new SwapQueue(state, bodies), executor, submit);
    }

    /**
     * Starts a round: takes the time, and makes receivable what has become durable.
     *
     * @param mayWait whether the thread that does it may wait for the disk
     */
    void begin(long nanos, long wallMs, long durableIndex, boolean mayWait) {
        bodies.mayWait(mayWait);
        round.needsDisk = false;
        round.nanos = nanos;
        // Wall time never runs backwards within a partition's records.
        round.wallMs = Math.max(round.wallMs, wallMs);
        round.touched.addAll(unserved);
        unserved.clear();
        makeReady(durableIndex);
        round.recovering = isRecovering();
        changesLimit = round.changes + CHANGES_PER_ROUND;
    }

    private void makeReady(long durableIndex) {
        while (!waitingEntries.isEmpty() && waitingEntries.peekFirst().index() <= durableIndex) {
            MessageEntry entry = waitingEntries.removeFirst().entry();
            entry.fragment.waitingVolatile -= entry.isDurable() ? 0 : 1;
            if (--entry.pendingBatches == 0 && entry.position == Position.PENDING) {
                round.becomesReadyNow(entry);
            }
        }
    }

    void execute(Command command, @Nullable BrokerException diskFull) {
        round.diskFull = diskFull;
        if (!deciders.execute(round, command)) {
            executeDefinition(command);
        }
    }

    private void executeDefinition(Command command) {
        if (command instanceof Command.Define c) {
            deciders.define(round, c);
        } else if (command instanceof Command.DefineRule c) {
            deciders.administering.defineRule(round, c);
        } else if (command instanceof Command.DropRule c) {
            deciders.administering.dropRule(round, c);
        } else if (command instanceof Command.Drop c) {
            Fragment fragment = deciders.administering.drop(round, c);
            if (fragment != null) {
                if (fragment.holdsNothing()) {
                    round.emit(new Change.EntityEmptied(fragment));
                } else {
                    toEmpty.add(fragment);
                }
            }
        } else if (command instanceof Command.Subscribe c) {
            Fragment fragment = state.fragment(c.entityId());
            if (fragment == null) {
                c.subscriber().over(state.gone());
            } else {
                SubQueue queue = fragment.subQueue(c.deadLetter());
                queue.subscribe(c.subscriber());
                deciders.serving.subscribed(round, queue, c.subscriber());
                round.touched.add(queue);
            }
        } else if (command instanceof Command.Unsubscribe c) {
            Fragment fragment = state.fragment(c.entityId());
            if (fragment != null) {
                SubQueue queue = fragment.subQueue(c.deadLetter());
                queue.unsubscribe(c.subscriber());
                deciders.sessions.leave(round, fragment, c.subscriber());
            }
        } else if (command instanceof Command.SwapWritten c) {
            if (c.writer() == swapWriter) {
                swapWriter.ended(c.contents(), c.handles());
            }
        } else {
            throw new IllegalStateException("unknown command " + command.getClass());
        }
    }

    /** After a load: what was handed out and not settled has failed once more (rule L13), the rest can be received. */
    void recover(List<Fragment> dropped, Collection<CompiledRule> rules) {
        for (CompiledRule rule : rules) {
            Fragment subscription = state.fragment(rule.subscriptionId());
            if (subscription != null) {
                round.emit(new Change.RuleSet(subscription, rule));
            }
        }
        for (Fragment fragment : dropped) {
            round.emit(new Change.EntityGone(fragment));
            toEmpty.add(fragment);
        }
        for (Fragment fragment : state.fragments()) {
            deciders.enqueuing.keepReservation(round, fragment);
            MessageEntry entry = fragment.firstFrom(0);
            while (entry != null) {
                long after = entry.sequenceNumber + 1;
                if (entry.delivery.handedOut() && entry.lock == null) {
                    deciders.settling.failDelivery(round, entry);
                } else if (entry.position == Position.PENDING) {
                    round.becomesReadyNow(entry);
                }
                entry = fragment.firstFrom(after);
            }
        }
        deciders.timing.activateOverdue(round);
        deciders.transfers.recover(round);
    }

    /** Ends the round in which it recovered, which may wait for the disk; says whether it {@link #isRecovering} still. */
    boolean finishRecovery() throws JournalException {
        finish();
        recoveryBatch = lastDurableBatch;
        return isRecovering();
    }

    /** Whether something that was there when the partition was loaded cannot be received yet. */
    boolean isRecovering() {
        WaitingEntry first = waitingEntries.peekFirst();
        return first != null && first.index() <= recoveryBatch;
    }

    /** Whether the journal has room for what the round would append now, and for a further command if there is one. */
    boolean hasRoomFor(@Nullable Command command) {
        long bytes = round.batch.bodyBytes() + bytesOf(command) + ROOM_BYTES;
        int operations = round.batch.entries().size() + ROOM_OPERATIONS;
        return journal.hasRoomFor(bytes, operations);
    }

    /** Whether a round has done so much that the commands behind it wait for the next, so that nobody drives for long. */
    boolean hasDoneEnough() {
        return round.changes >= changesLimit;
    }

    /** Room that most commands without a message need at most. */
    private static final int ROOM_BYTES = 64 * 1024;

    private static final int ROOM_OPERATIONS = 2 * Serving.CHANGES_PER_ROUND;

    private long bytesOf(@Nullable Command command) {
        return command == null ? 0 : command.bytes(state);
    }

    /** Whether the next round, with this command if there is one, may wait for the disk. */
    boolean mayTouchDisk(@Nullable Command command) {
        return command instanceof Command.Close
                || !toEmpty.isEmpty()
                || bodies.isFarOverBudget(bytesOf(command))
                || bodies.holdsSwapped() && deciders.mayRead(command);
    }

    /** Whether the round has left something to one that may wait for the disk. */
    boolean needsDisk() {
        return round.needsDisk;
    }

    /**
     * Ends a round: serves who waits, appends the batch, gives the answers that are due.
     *
     * @return false if it would have to wait for the disk, and must not: then the round goes on, and a thread that may must end it
     */
    boolean finish() throws JournalException {
        boolean mayWait = bodies.mayWait();
        Fragment emptied = mayWait ? toEmpty.peekFirst() : null;
        if (emptied != null && !deciders.administering.empty(round, emptied)) {
            toEmpty.removeFirst();
        }
        serve();
        bodies.countState(state.indexBytes());
        freeContents(mayWait);
        unfinished = !append(mayWait);
        if (unfinished) {
            return false;
        }
        swapWriter.add(round.toSwap);
        if (mayWait && bodies.isFarOverBudget(0)) {
            swapWriter.writeNow();
        } else {
            swapWriter.start();
        }
        round.afterAppend.forEach(answers::add);
        round.clear();
        return true;
    }

    private void freeContents(boolean mayWait) {
        long[] handles = bodies.takeFreed();
        if (handles.length == 0) {
            return;
        }
        if (mayWait) {
            bodies.free(handles);
        } else {
            executor.execute(() -> bodies.free(handles));
        }
    }

    /** Serves until there is nothing more to serve: what expires on the way may come up in the dead-letter queue. */
    private void serve() {
        long limit = deciders.serving.limit(round);
        List<SubQueue> cutShort = new ArrayList<>();
        state.drainWoken(round.touched);
        while (!round.touched.isEmpty()) {
            List<SubQueue> now = new ArrayList<>(round.touched);
            round.touched.clear();
            for (SubQueue queue : now) {
                if (round.changes >= limit) {
                    unserved.add(queue);
                } else if (!deciders.serving.serve(round, queue, limit)) {
                    cutShort.add(queue);
                }
            }
            state.drainWoken(round.touched);
        }
        // Behind those that had no turn: where a filter looks at much, the other queues must not wait until it is done.
        unserved.addAll(cutShort);
    }

    /**
     * What commands take is guessed before they are done; this is what counts. Returns false if it would have had to wait,
     * and must not.
     */
    private boolean append(boolean mayWait) throws JournalException {
        if (!round.batch.isEmpty()) {
            boolean durable = round.batch.isDurable();
            long index = mayWait ? journal.append(round.batch) : journal.tryAppend(round.batch);
            if (index == PartitionJournal.NOT_NOW) {
                return false;
            }
            bodies.space.written(round.batch.bodyBytes(), journal);
            if (durable) {
                lastDurableBatch = index;
            }
        }
        for (Round.Reply reply : round.whenDurable) {
            replies.add(new WaitingReply(lastDurableBatch, reply));
        }
        for (MessageEntry entry : round.readyWhenDurable) {
            waitingEntries.add(new WaitingEntry(lastDurableBatch, entry));
        }
        return true;
    }

    /** Gives the answers whose batches are durable, in order: whoever hears that a message was sent can receive it. */
    void giveReplies(long durableIndex) {
        makeReady(durableIndex);
        unserved.addAll(round.touched);
        round.touched.clear();
        while (!replies.isEmpty() && replies.peekFirst().index() <= durableIndex) {
            Round.Reply reply = replies.removeFirst().reply();
            if (reply instanceof Round.OwnReply) {
                reply.give();
            } else {
                answers.add(reply);
            }
        }
    }

    /** Deleted entities that are not empty yet. */
    Collection<Fragment> beingEmptied() {
        return toEmpty;
    }

    /** The smallest batch that somebody waits for, {@link Long#MAX_VALUE} if nobody does. */
    long awaitedIndex() {
        long reply = replies.isEmpty() ? Long.MAX_VALUE : replies.peekFirst().index();
        WaitingEntry entry = waitingEntries.peekFirst();
        return entry == null ? reply : Math.min(reply, entry.index());
    }

    /** Whether a further round has something to do without any command. */
    boolean hasMore() {
        return unfinished || !toEmpty.isEmpty() || !unserved.isEmpty();
    }

    long nanosUntilNext(long nanos, long wallMs) {
        return state.deadlines.nanosLeft(nanos, Math.max(round.wallMs, wallMs));
    }

    /** Nothing of this partition can be received any more. */
    void clearFlags() {
        for (Fragment fragment : state.fragments()) {
            fragment.queue.clearFlag();
            fragment.deadLetterQueue.clearFlag();
        }
        deciders.sessions.allLost().forEach(what -> answers.add(Replies.afterwards(what)));
    }

    /** The journal is closed. One whose last write fails closes all the same: only what it calls durable is. */
    void ended(long durableIndex, BrokerException unknown) {
        giveReplies(durableIndex);
        failReplies(unknown);
        bodies.close();
    }

    /** The journal has failed: nobody who waits will learn more. */
    void failReplies(BrokerException cause) {
        List<Round.Reply> all = new ArrayList<>(round.afterAppend);
        all.addAll(round.whenDurable);
        all.addAll(deciders.unanswered());
        replies.forEach(waiting -> all.add(waiting.reply()));
        replies.clear();
        round.clear();
        all.forEach(reply -> answers.addFailure(reply, cause));
    }

    /** Before a clean close: gives back numbers that were reserved and not used, so that no gap is left. */
    void trimNumbers() throws JournalException {
        for (Fragment fragment : state.fragments()) {
            if (fragment.recordId != 0 && fragment.reservedNumber > fragment.lastNumber) {
                round.emit(
                        new Change.EntitySet(fragment, fragment.definition(), fragment.recordId, fragment.lastNumber));
            }
        }
        append(true);
        round.clear();
    }
}
