/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.rule.CompiledRule;
import io.peeklock.broker.runtime.BusClock;
import io.peeklock.broker.runtime.BusRuntime;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.PartitionJournal;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives a partition: takes commands from any thread and does them one at a time; opens, fails, reopens and closes it.
 *
 * <p>Thread safe. It has no thread: whoever submits a command and finds the partition idle drives it. An application's
 * thread drives only a little, and only what needs neither the disk nor a new file; else a thread of the bus goes on.
 */
final class PartitionDriver {
    private static final Logger log = LoggerFactory.getLogger(PartitionDriver.class);
    private static final int COMMANDS_PER_ROUND = 64;
    private static final int ROUNDS_ON_FOREIGN_THREAD = 8;
    private static final int ROUNDS_ON_BUS_THREAD = 256;
    /** Who drives on. */
    private enum Next {
        HERE,
        /** A thread that may wait for the disk. */
        ON_BUS_THREAD,
        /** The thread that opens the journal. */
        BY_OPENER
    }

    private final int index;
    private final PartitionSettings settings;
    private final BusRuntime runtime;
    private final BusClock clock;
    private final Queue<Command> commands = new ConcurrentLinkedQueue<>();
    /** Whether somebody drives. Whoever opens the journal drives too, from before it is opened until it is. */
    private final AtomicBoolean driven = new AtomicBoolean(true);

    // Owned by whoever drives.
    private final Roster roster = new Roster();
    private final DiskGuard diskGuard;
    private @Nullable PartitionCore core;
    private final JournalSlot journal;
    private final Answers answers;
    private final PartitionStatus status;
    private volatile JournalWatch watch = new JournalWatch(() -> {});
    private @Nullable CompletableFuture<PartitionHealth> opening;
    private final Ticker ticker;

    /** The smallest batch that somebody waits for, told to threads that do not drive. */
    private volatile long awaitedIndex = Long.MAX_VALUE;

    /** A round is left to do without any command. */
    private volatile boolean more;

    PartitionDriver(int index, PartitionSettings settings) {
        this.index = index;
        this.settings = settings;
        this.runtime = settings.runtime();
        this.clock = runtime.clock();
        this.status = new PartitionStatus(index);
        this.answers = new Answers(() -> runtime.executor().execute(this::giveAnswers));
        this.diskGuard = new DiskGuard(settings.store(), index);
        this.ticker = new Ticker(runtime, this::submit);
        this.journal = new JournalSlot(runtime.executor(), index);
    }

    /**
     * Loads the journal, on a thread of its own. Commands wait until then. Called once.
     *
     * @param defines the entities that are here
     * @param rules the rules of subscriptions that are here
     * @param highestEntityId entity ids up to this one were given out
     */
    CompletableFuture<PartitionHealth> start(
            List<Command.Define> defines, List<CompiledRule> rules, long highestEntityId) {
        defines.forEach(roster::present);
        rules.forEach(roster::present);
        roster.entityIdsGivenOut(highestEntityId);
        CompletableFuture<PartitionHealth> done = new CompletableFuture<>();
        opening = done;
        runtime.executeAlone(this::open);
        return done;
    }

    /** What is loaded, or null. This and the next are for tests, when nobody drives. */
    @Nullable
    PartitionCore core() {
        return core;
    }

    Roster roster() {
        return roster;
    }

    PartitionHealth health() {
        return status.health(settings.store().exists(index));
    }

    /** Whether it takes commands now, or will when it is loaded. */
    PartitionStatus status() {
        return status;
    }

    void submit(Command command) {
        commands.add(command);
        wake();
    }

    /** For another partition: the thread that gives its answers has more to do than to drive this one. */
    void submitFromPeer(Command command) {
        commands.add(command);
        runtime.executor().execute(this::wake);
    }

    private void wake() {
        // Who gives answers looks for work afterwards.
        if (!answers.areGivenByThisThread() && driven.compareAndSet(false, true)) {
            drive(runtime.onBusThread());
        }
    }

    /** For who does not drive on itself. */
    private void giveAnswers() {
        answers.give();
        if (mayHaveWork()) {
            wake();
        }
    }

    /** Works until there is nothing left, or hands over to a thread of the bus. Called by the one who set driven. */
    private void drive(boolean mayWait) {
        int rounds = mayWait ? ROUNDS_ON_BUS_THREAD : ROUNDS_ON_FOREIGN_THREAD;
        do {
            boolean goOn = true;
            while (goOn && hasWork()) {
                Next next = status.is(State.SERVING) && rounds-- == 0 ? Next.ON_BUS_THREAD : turn(mayWait);
                if (next == Next.ON_BUS_THREAD) {
                    runtime.executor().execute(() -> drive(true));
                }
                if (next != Next.HERE) {
                    giveAnswers();
                    return;
                }
                // What answered senders send next gathers while they are answered; others go on by themselves.
                goOn = answers.areOfSendsOnly();
                if (goOn) {
                    answers.give();
                }
            }
            PartitionCore loaded = core;
            more = loaded != null && loaded.hasMore();
            awaitedIndex = loaded == null ? Long.MAX_VALUE : loaded.awaitedIndex();
            driven.set(false);
            answers.give();
        } while (mayHaveWork() && driven.compareAndSet(false, true));
    }

    /** What somebody who does not drive may ask: reads only what is safe to read from anywhere. */
    private boolean mayHaveWork() {
        JournalWatch current = watch;
        return !commands.isEmpty()
                || status.is(State.SERVING)
                        && (more || current.failure() != null || current.durableIndex() >= awaitedIndex);
    }

    private boolean hasWork() {
        PartitionCore loaded = core;
        if (!status.is(State.SERVING) || loaded == null) {
            return !commands.isEmpty();
        }
        return !commands.isEmpty()
                || watch.failure() != null
                || loaded.awaitedIndex() <= watch.durableIndex()
                || loaded.hasMore();
    }

    /** One round. Says who drives on. */
    private Next turn(boolean mayWait) {
        PartitionCore loaded = core;
        if (!status.is(State.SERVING) || loaded == null) {
            return refuseAll();
        }
        JournalException failure = watch.failure();
        if (failure != null) {
            fail(loaded, failure);
            return Next.HERE;
        }
        try {
            return round(loaded, mayWait);
        } catch (JournalException | RuntimeException | Error e) {
            fail(loaded, PartitionStatus.reason(e));
            return Next.HERE;
        }
    }

    private Next round(PartitionCore loaded, boolean mayWait) throws JournalException {
        if (!mayWait && (loaded.mayTouchDisk(null) || !loaded.hasRoomFor(null))) {
            return Next.ON_BUS_THREAD;
        }
        long nanos = clock.nanoTime();
        loaded.begin(nanos, clock.wallTimeMs(), watch.durableIndex(), mayWait);
        boolean needsBusThread = false;
        for (int i = 0; i < COMMANDS_PER_ROUND && !loaded.hasDoneEnough(); i++) {
            Command command = commands.peek();
            if (command == null) {
                break;
            }
            if (!mayWait && (loaded.mayTouchDisk(command) || !loaded.hasRoomFor(command))) {
                needsBusThread = true;
                break;
            }
            commands.remove();
            if (command instanceof Command.Close close) {
                close(loaded, close);
                return Next.HERE;
            }
            take(loaded, command, nanos);
        }
        boolean finished = loaded.finish();
        loaded.giveReplies(watch.durableIndex());
        status.recovering(loaded.isRecovering());
        ticker.schedule(loaded);
        return needsBusThread || !finished || loaded.needsDisk() ? Next.ON_BUS_THREAD : Next.HERE;
    }

    private void take(PartitionCore loaded, Command command, long nanos) {
        if (command instanceof Command.Reopen reopen) {
            reopen.reply().complete(health());
            return;
        }
        if (command instanceof Command.Tick tick) {
            ticker.came(tick);
        }
        roster.note(command);
        try {
            loaded.execute(command, diskGuard.refusal(nanos, loaded.journal));
        } catch (RuntimeException | Error e) {
            // The partition stops; this command may have left no answer behind that could be failed with the others.
            command.refuse(new BrokerException(
                    ErrorCode.OutcomeUnknown, "partition " + index + " failed in the middle of this: " + e, e));
            throw e;
        }
    }

    /** Answers what comes while the partition is out. */
    private Next refuseAll() {
        for (Command command = commands.poll(); command != null; command = commands.poll()) {
            if (command instanceof Command.Drop drop) {
                roster.endReceivers(
                        drop.entityId(),
                        new BrokerException(
                                ErrorCode.EntityNotFound,
                                "the entity was deleted: create it again if it is needed, and open a new receiver"));
            }
            roster.note(command);
            if (command instanceof Command.Reopen reopen && status.is(State.FAILED)) {
                status.opening();
                opening = reopen.reply();
                journal.whenClosed(() -> runtime.executeAlone(this::open));
                return Next.BY_OPENER;
            }
            if (command instanceof Command.Close close) {
                release(null, close);
                return Next.HERE;
            }
            if (command instanceof Command.Subscribe subscribe && status.is(State.CLOSED)) {
                subscribe.subscriber().over(status.unavailable());
            }
            answers.add(new Replies.Refusal(command, status.unavailable()));
        }
        return Next.HERE;
    }

    private void fail(PartitionCore failed, JournalException cause) {
        log.error("Partition {} has failed and is out until it is reopened: {}", index, cause.getMessage(), cause);
        status.failed(cause.getMessage());
        core = null;
        roster.keepKnown(failed.state);
        // What was on disk before is certain.
        failed.giveReplies(watch.durableIndex());
        failed.clearFlags();
        failed.failReplies(status.outcomeUnknown(cause));
        failed.bodies.giveBack();
        journal.closeSoon(failed.bodies::close);
    }

    /** Loads the journal, then drives. Runs on a thread of its own; nobody else drives meanwhile. */
    private void open() {
        CompletableFuture<PartitionHealth> done = opening;
        opening = null;
        try {
            load();
            status.serving();
        } catch (JournalException | RuntimeException | Error e) {
            log.error("Partition {} could not be loaded and is out: {}", index, e.getMessage(), e);
            core = null;
            // What was loaded of the contents has been closed by who loaded it.
            journal.closeSoon(() -> {});
            status.failed(e.getMessage());
        }
        if (done != null) {
            done.complete(health());
        }
        drive(true);
    }

    private void load() throws JournalException {
        JournalWatch listener = new JournalWatch(this::wake);
        PartitionJournal opened = settings.store().open(index, listener);
        journal.use(opened);
        watch = listener;
        // A tick that came while the partition was out is lost.
        ticker.forget();
        PartitionState empty = new PartitionState(index);
        BodyStore bodies = new BodyStore(settings.store(), index, settings.budget());
        PartitionLoader loader =
                new PartitionLoader(empty, bodies, settings.store(), roster.definitions(), roster.highestEntityId());
        PartitionCore loaded = new PartitionCore(empty, bodies, opened, answers, settings, this::submit);
        try {
            status.found(loader.finish(opened.load(loader)).findings(), empty.decisions.isWhole());
            roster.giveKnown(empty);
            loaded.begin(clock.nanoTime(), clock.wallTimeMs(), 0, true);
            loaded.recover(loader.dropped(), roster.rules());
            for (Command.Subscribe subscribe : roster.subscriptions()) {
                loaded.execute(subscribe, null);
            }
            status.recovering(loaded.finishRecovery());
            core = loaded;
            ticker.schedule(loaded);
        } catch (JournalException | RuntimeException | Error e) {
            loaded.clearFlags();
            loaded.failReplies(new BrokerException(
                    ErrorCode.PartitionUnavailable, "partition " + index + " could not be loaded: " + e.getMessage()));
            bodies.close();
            throw e;
        }
    }

    private void close(PartitionCore loaded, Command.Close command) {
        try {
            loaded.finish();
            loaded.trimNumbers();
        } catch (JournalException | RuntimeException | Error e) {
            // Somebody waits for the answer without end.
            fail(loaded, PartitionStatus.reason(e));
            release(null, command);
            return;
        }
        core = null;
        release(loaded, command);
    }

    /** Closes the journal on a thread of the bus, then gives the last answers. */
    private void release(@Nullable PartitionCore loaded, Command.Close command) {
        status.closed();
        roster.endAllReceivers(status.unavailable());
        PartitionJournal old = journal.take();
        runtime.executor().execute(() -> {
            Throwable failure = null;
            try {
                if (old != null) {
                    old.close();
                }
            } catch (JournalException | RuntimeException e) {
                failure = e;
            }
            if (loaded != null && old != null) {
                String what = "partition " + index + " failed while it was closed";
                BrokerException unknown = failure == null
                        ? new BrokerException(ErrorCode.OutcomeUnknown, what)
                        : new BrokerException(ErrorCode.OutcomeUnknown, what, failure);
                loaded.ended(old.durableIndex(), unknown);
            }
            Throwable cause = failure;
            answers.add(new Replies.Last(() -> command.end(cause)));
            giveAnswers();
        });
    }
}
