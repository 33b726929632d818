/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.runtime.BusClock;
import io.peeklock.broker.runtime.BusRuntime;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.LoadReport;
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
    /** Timers are not finer than this. */
    private static final long TICK_NANOS = 5_000_000;

    private static final long NOT_SCHEDULED = Long.MAX_VALUE;

    private final int index;
    private final PartitionSettings settings;
    private final BusRuntime runtime;
    private final BusClock clock;
    private final Queue<Command> commands = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean driven = new AtomicBoolean();

    // Owned by whoever drives; while OPENING by the thread that opens.
    private final Roster roster = new Roster();
    private final DiskGuard diskGuard;
    private @Nullable PartitionCore core;
    private @Nullable PartitionJournal journal;
    private volatile JournalWatch watch = new JournalWatch(() -> {});
    private @Nullable CompletableFuture<PartitionHealth> opening;
    private CompletableFuture<Void> closing = CompletableFuture.completedFuture(null);
    private boolean tickScheduled;
    private long tickAtNanos = NOT_SCHEDULED;

    /** The smallest batch that somebody waits for, told to threads that do not drive. */
    private volatile long awaitedIndex = Long.MAX_VALUE;

    private volatile State state = State.OPENING;
    private volatile @Nullable String reason;
    private volatile List<LoadReport.Finding> findings = List.of();

    PartitionDriver(int index, PartitionSettings settings) {
        this.index = index;
        this.settings = settings;
        this.runtime = settings.runtime();
        this.clock = runtime.clock();
        this.diskGuard = new DiskGuard(settings.store(), index);
    }

    /**
     * Loads the journal, on a thread of the bus. Commands wait until then. Called once.
     *
     * @param defines the entities that are here
     * @param highestEntityId entity ids up to this one were given out
     */
    CompletableFuture<PartitionHealth> start(List<Command.Define> defines, long highestEntityId) {
        defines.forEach(roster::present);
        roster.entityIdsGivenOut(highestEntityId);
        CompletableFuture<PartitionHealth> done = new CompletableFuture<>();
        opening = done;
        runtime.executor().execute(this::open);
        return done;
    }

    int index() {
        return index;
    }

    PartitionHealth health() {
        State now = state;
        boolean unused = now == State.SERVING && !settings.store().exists(index);
        return new PartitionHealth(index, unused ? State.UNUSED : now, reason, findings);
    }

    /** Whether it takes commands now, or will when it is loaded. */
    boolean isAvailable() {
        State now = state;
        return now == State.SERVING || now == State.OPENING;
    }

    void submit(Command command) {
        commands.add(command);
        wake();
    }

    private void wake() {
        if (driven.compareAndSet(false, true)) {
            drive(runtime.onBusThread());
        }
    }

    /** Works until there is nothing left, or hands over to a thread of the bus. Called by the one who set driven. */
    private void drive(boolean mayWait) {
        int rounds = mayWait ? ROUNDS_ON_BUS_THREAD : ROUNDS_ON_FOREIGN_THREAD;
        do {
            while (hasWork()) {
                if (rounds-- == 0 || !turn(mayWait)) {
                    runtime.executor().execute(() -> drive(true));
                    return;
                }
            }
            PartitionCore loaded = core;
            awaitedIndex = loaded == null ? Long.MAX_VALUE : loaded.awaitedIndex();
            driven.set(false);
        } while (mayHaveWork() && driven.compareAndSet(false, true));
    }

    /** What somebody who does not drive may ask: reads only what is safe to read from anywhere. */
    private boolean mayHaveWork() {
        State now = state;
        if (now == State.OPENING) {
            return false;
        }
        JournalWatch current = watch;
        return !commands.isEmpty()
                || now == State.SERVING && (current.failure() != null || current.durableIndex() >= awaitedIndex);
    }

    private boolean hasWork() {
        State now = state;
        if (now == State.OPENING) {
            return false;
        }
        PartitionCore loaded = core;
        if (now != State.SERVING || loaded == null) {
            return !commands.isEmpty();
        }
        return !commands.isEmpty()
                || watch.failure() != null
                || loaded.awaitedIndex() <= watch.durableIndex()
                || loaded.hasMore();
    }

    /** One round. Returns false if a thread that may wait for the disk must go on. */
    private boolean turn(boolean mayWait) {
        PartitionCore loaded = core;
        if (state != State.SERVING || loaded == null) {
            refuseAll();
            return true;
        }
        JournalException failure = watch.failure();
        if (failure != null) {
            fail(loaded, failure);
            return true;
        }
        try {
            return round(loaded, mayWait);
        } catch (JournalException e) {
            fail(loaded, e);
        } catch (BodyStore.SwapFailedException e) {
            fail(loaded, new JournalException(JournalException.Reason.CORRUPT, String.valueOf(e.getMessage()), e));
        } catch (RuntimeException | Error e) {
            log.error("Partition {} met a defect and stops", index, e);
            fail(loaded, new JournalException(JournalException.Reason.REFUSED, "a defect: " + e, e));
        }
        return true;
    }

    private boolean round(PartitionCore loaded, boolean mayWait) throws JournalException {
        if (!mayWait && loaded.mayTouchDisk(0)) {
            return false;
        }
        long nanos = clock.nanoTime();
        long durable = watch.durableIndex();
        loaded.begin(nanos, clock.wallTimeMs(), durable);
        boolean needsBusThread = false;
        for (int i = 0; i < COMMANDS_PER_ROUND; i++) {
            Command command = commands.peek();
            if (command == null) {
                break;
            }
            if (!mayWait && (loaded.mayTouchDisk(command.bytes()) || !loaded.hasRoomFor(command.bytes()))) {
                needsBusThread = true;
                break;
            }
            commands.remove();
            if (command instanceof Command.Close close) {
                close(loaded, close);
                return true;
            }
            take(loaded, command, nanos);
        }
        loaded.finish();
        // Not what has become durable since: who is told that a message is sent must be able to receive it.
        loaded.giveReplies(durable);
        scheduleTick(loaded);
        return !needsBusThread;
    }

    private void take(PartitionCore loaded, Command command, long nanos) {
        if (command instanceof Command.Reopen reopen) {
            reopen.reply().complete(health());
            return;
        }
        if (command instanceof Command.Tick) {
            tickScheduled = false;
        }
        roster.note(command);
        loaded.execute(command, diskGuard.refusal(nanos));
    }

    private void scheduleTick(PartitionCore loaded) {
        long nanos = clock.nanoTime();
        long left = loaded.nanosUntilNext(nanos, clock.wallTimeMs());
        if (left == Long.MAX_VALUE) {
            return;
        }
        long at = nanos + Math.max(left, TICK_NANOS);
        if (tickScheduled && tickAtNanos - at <= 0) {
            return;
        }
        tickScheduled = true;
        tickAtNanos = at;
        runtime.schedule(() -> submit(new Command.Tick()), at - nanos);
    }

    /** Answers what comes while the partition is out. */
    private void refuseAll() {
        for (Command command = commands.poll(); command != null; command = commands.poll()) {
            roster.note(command);
            if (command instanceof Command.Reopen reopen && state == State.FAILED) {
                state = State.OPENING;
                opening = reopen.reply();
                closing.whenComplete((done, error) -> runtime.executor().execute(this::open));
                return;
            }
            if (command instanceof Command.Close close) {
                release(null, close);
                return;
            }
            if (command instanceof Command.Define define) {
                define.reply().complete(null);
            } else if (command instanceof Command.Drop drop) {
                drop.reply().complete(null);
            } else {
                command.refuse(unavailable());
            }
        }
    }

    private BrokerException unavailable() {
        if (state == State.CLOSED) {
            return new BrokerException(ErrorCode.Closed, "the namespace is closed");
        }
        return new BrokerException(
                ErrorCode.PartitionUnavailable,
                "partition " + index + " is out (" + reason + "): mend the cause and reopen it; the others go on");
    }

    private void fail(PartitionCore failed, JournalException cause) {
        log.error("Partition {} has failed and is out until it is reopened: {}", index, cause.getMessage(), cause);
        reason = cause.getMessage();
        state = State.FAILED;
        core = null;
        failed.clearFlags();
        failed.failReplies(new BrokerException(
                ErrorCode.OutcomeUnknown,
                "partition " + index + " failed while this was under way (" + cause.getMessage()
                        + "): it may or may not have happened",
                cause));
        failed.bodies.close();
        closeJournal();
    }

    private void closeJournal() {
        PartitionJournal old = journal;
        journal = null;
        if (old != null) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            closing = done;
            runtime.executor().execute(() -> {
                try {
                    old.close();
                } catch (JournalException e) {
                    log.warn("The failed journal of partition {} did not close cleanly", index, e);
                } finally {
                    done.complete(null);
                }
            });
        }
    }

    /** Loads the journal. Runs on a thread of the bus, alone: nobody drives while the state is OPENING. */
    private void open() {
        CompletableFuture<PartitionHealth> done = opening;
        opening = null;
        try {
            load();
            reason = null;
            state = State.SERVING;
        } catch (JournalException | RuntimeException e) {
            log.error("Partition {} could not be loaded and is out: {}", index, e.getMessage(), e);
            reason = String.valueOf(e.getMessage());
            core = null;
            closeJournal();
            state = State.FAILED;
        }
        if (done != null) {
            done.complete(health());
        }
        wake();
    }

    private void load() throws JournalException {
        JournalWatch listener = new JournalWatch(this::wake);
        PartitionJournal opened = settings.store().open(index, listener);
        journal = opened;
        watch = listener;
        PartitionState empty = new PartitionState(index);
        BodyStore bodies = new BodyStore(settings.store(), index, settings.budget());
        PartitionLoader loader =
                new PartitionLoader(empty, bodies, settings.store(), roster.definitions(), roster.highestEntityId());
        try {
            LoadReport report = loader.finish(opened.load(loader));
            findings = report.findings();
            for (LoadReport.Finding finding : report.findings()) {
                log.warn("Partition {}: {} {}: {}", index, finding.damage(), finding.where(), finding.description());
            }
            PartitionCore loaded = new PartitionCore(empty, bodies, opened, settings.profile(), runtime.random());
            loaded.begin(clock.nanoTime(), clock.wallTimeMs(), 0);
            loaded.recover(loader.dropped());
            for (Command.Subscribe subscribe : roster.subscriptions()) {
                loaded.execute(subscribe, null);
            }
            loaded.finish();
            core = loaded;
            scheduleTick(loaded);
        } catch (JournalException | RuntimeException e) {
            bodies.close();
            throw e;
        }
    }

    private void close(PartitionCore loaded, Command.Close command) throws JournalException {
        loaded.finish();
        loaded.trimNumbers();
        core = null;
        release(loaded, command);
    }

    /** Closes the journal on a thread of the bus, then gives the last answers. */
    private void release(@Nullable PartitionCore loaded, Command.Close command) {
        state = State.CLOSED;
        PartitionJournal old = journal;
        journal = null;
        runtime.executor().execute(() -> {
            try {
                if (old != null) {
                    old.close();
                }
                if (loaded != null) {
                    loaded.giveReplies(Long.MAX_VALUE);
                    loaded.bodies.close();
                }
                command.reply().complete(null);
            } catch (JournalException e) {
                if (loaded != null) {
                    loaded.failReplies(new BrokerException(
                            ErrorCode.OutcomeUnknown, "partition " + index + " failed while it was closed", e));
                    loaded.bodies.close();
                }
                command.reply().completeExceptionally(e);
            }
        });
    }
}
