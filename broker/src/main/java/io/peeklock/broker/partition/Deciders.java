/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.runtime.BusRuntime;
import io.peeklock.journal.PartitionJournal;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who decide about commands, and which of them decides about which.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Deciders {
    final Enqueuing enqueuing;
    final Settling settling;
    final SessionLocking sessions;
    final Moving moving;
    final Forwarding forwarding;
    final Transfers transfers;
    final Serving serving;
    final Administering administering;
    final Timing timing;
    private final PartitionState state;
    private final ByNumber byNumber;
    private final Committing committing;
    private final Deciding deciding;
    private final Resolving resolving;
    private final Preparing preparing;
    private final Looking looking;
    private final Measuring measuring;
    private final Transferring transferring;

    Deciders(
            PartitionState state,
            BodyStore bodies,
            PartitionJournal journal,
            PartitionSettings settings,
            Consumer<Command> submit) {
        this.state = state;
        BusRuntime runtime = settings.runtime();
        Exchange exchange = settings.exchange();
        Duplicates duplicates = new Duplicates(state, bodies);
        Admitting admitting = new Admitting(state, bodies, duplicates, settings.profile(), runtime.random());
        enqueuing = new Enqueuing(state, bodies, admitting, duplicates);
        settling = new Settling(state, bodies, settings.expireWholeSessions());
        LockLosses losses = new LockLosses(state);
        sessions = new SessionLocking(state, bodies, settling, enqueuing, losses, runtime.random());
        Retrying retrying = new Retrying(state);
        transferring = new Transferring(state, bodies, settling, retrying, exchange, runtime.random());
        Checking checking = new Checking(state, admitting, settling, sessions);
        committing = new Committing(checking, enqueuing, settling, sessions);
        deciding = new Deciding(state, committing, exchange);
        resolving = new Resolving(state, exchange);
        transfers =
                new Transfers(transferring, new Arriving(state, admitting, enqueuing, exchange), deciding, resolving);
        moving = new Moving(state, bodies, admitting, enqueuing, settling, transferring, exchange);
        forwarding = new Forwarding(state, settling, moving, retrying, exchange);
        serving = new Serving(state, bodies, settling, sessions, forwarding, runtime.random(), submit);
        Redriving redriving = new Redriving(bodies, admitting, enqueuing, settling, transferring);
        Sweeping sweeping = new Sweeping(state, bodies, settling, redriving, moving);
        byNumber = new ByNumber(state, bodies, settling, serving, enqueuing, redriving, sweeping);
        Staging staging = new Staging(bodies, enqueuing, duplicates);
        preparing = new Preparing(state, checking, staging, settling, sessions, deciding, resolving);
        administering = new Administering(state, bodies, duplicates, losses, transferring);
        looking = new Looking(state, bodies);
        measuring = new Measuring(state, bodies, journal);
        timing = new Timing(state, enqueuing, settling, duplicates, sessions, forwarding, losses, transfers);
    }

    /** Decides about a command; false if it is one about what is defined, or who receives. */
    boolean execute(Round round, Command command) {
        if (command instanceof Command.Send c) {
            enqueuing.send(round, c, round.diskFull);
        } else if (command instanceof Command.Fetch c) {
            serving.fetch(round, c);
        } else if (command instanceof Command.Settle c) {
            settling.settle(round, c);
        } else if (command instanceof Command.SettleAll c) {
            settling.settleAll(round, c);
        } else if (command instanceof Command.Commit c) {
            committing.commit(round, c);
        } else if (command instanceof DecisionCommand c) {
            deciding.execute(round, c);
        } else if (command instanceof BranchCommand c) {
            preparing.execute(round, c);
        } else if (command instanceof Command.ByNumber c) {
            byNumber.decide(round, c);
        } else if (command instanceof Command.Renew c) {
            settling.renew(round, c);
        } else if (command instanceof Command.Peek c) {
            looking.look(round, c);
        } else if (command instanceof Command.Measures c) {
            measuring.answer(round, c);
        } else if (command instanceof Command.Tick) {
            timing.tick(round);
        } else if (command instanceof Command.OfSession c) {
            sessions.execute(round, c, round.diskFull);
        } else if (command instanceof Command.OfTransfer c) {
            transfers.execute(round, c);
        } else if (command instanceof Command.ForwardAgain) {
            forwarding.tryAgain(round);
        } else {
            return false;
        }
        return true;
    }

    /** Whether contents of messages that are here may be needed by the next round, with this command if there is one. */
    boolean mayRead(@Nullable Command command) {
        if (!state.forwarding().isEmpty() || !state.transfers().isEmpty()) {
            return true;
        }
        if (command == null
                || command instanceof Command.Send
                || command instanceof Command.Commit
                || command instanceof Command.Settle
                || command instanceof Command.SettleAll
                || command instanceof Command.Renew
                || command instanceof Command.Unsubscribe
                || command instanceof Command.Measures
                || command instanceof Command.SwapWritten) {
            return false;
        }
        return !(command instanceof Command.Fetch fetch && serving.isAtHand(fetch));
    }

    /** Answers that wait for other partitions. */
    List<Round.Reply> unanswered() {
        return transferring.unanswered();
    }

    /** An entity is new or has other settings: perhaps its messages go elsewhere. */
    void define(Round round, Command.Define command) {
        administering.define(round, command);
        Fragment fragment = state.fragment(command.definition().id());
        if (fragment != null) {
            transferring.redirect(round, fragment);
        }
    }
}
