/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

/**
 * Gives what partitions ask of each other to who decides it.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Transfers {
    private final Transferring transferring;
    private final Arriving arriving;
    private final Deciding deciding;
    private final Resolving resolving;

    Transfers(Transferring transferring, Arriving arriving, Deciding deciding, Resolving resolving) {
        this.transferring = transferring;
        this.arriving = arriving;
        this.deciding = deciding;
        this.resolving = resolving;
    }

    void execute(Round round, Command.OfTransfer command) {
        if (command instanceof Command.Arrive c) {
            arriving.arrive(round, c);
        } else if (command instanceof Command.TransferAnswered c) {
            transferring.answered(round, c);
        } else if (command instanceof Command.ForgetArrivals c) {
            arriving.forget(round, c.ids());
        } else if (command instanceof Command.AskForTransfers c) {
            transferring.asked(round, c);
        } else if (command instanceof Command.Redirect c) {
            transferring.redirect(round, c);
        } else if (command instanceof Command.SourceIsBack c) {
            arriving.sourceIsBack(round, c.partition());
        }
    }

    /** After a load. */
    void recover(Round round) {
        transferring.recover(round);
        transferring.tellOfReturn(round);
        arriving.recover(round);
        deciding.recover(round);
        resolving.recover(round);
    }

    /** Time has passed. */
    void tick(Round round) {
        transferring.tick(round);
        deciding.tick(round);
        resolving.tick(round);
    }
}
