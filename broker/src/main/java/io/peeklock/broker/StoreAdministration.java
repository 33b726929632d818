/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.journal.BackupProgress;
import io.peeklock.journal.BackupReport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The state of the store under a namespace: its partitions and their health.
 *
 * <p>Thread safe. Futures fail and complete as those of {@link Namespace}.
 */
public interface StoreAdministration {

    /**
     * The state of every partition, and, under index -1, of the journal of definitions if nothing can be created, changed
     * or deleted.
     */
    List<PartitionHealth> health();

    /** The namespace at a glance: what is defined, what memory it uses, what is in each partition and its journal. */
    CompletableFuture<NamespaceStatistics> statistics();

    /**
     * What is not ended between partitions, the oldest first: forwards, moves and edited dead letters whose messages are
     * locked here until the partition they go to has answered. Each ends by itself as soon as both partitions serve, so one
     * that stays tells of a partition that is out. Those whose messages lie in a partition that is out are not listed.
     *
     * <p>Fails with InvalidOperation for another number than 1 to 1000; with Unauthorized, without the claim Manage on the
     * namespace; with Closed.
     *
     * @param max how many at most
     */
    CompletableFuture<List<TransactionInDoubt>> transactionsInDoubt(int max);

    /**
     * Commits a prepared branch in the place of its transaction manager, which must not come back and decide otherwise: that it
     * was so is remembered through restarts, and told to it, until it has forgotten the branch ({@link
     * Transactions#forgetBranch}). Completes as {@link Transactions#commitBranch} does; with the state it has if it was ended by
     * hand before.
     *
     * <p>Fails with PartitionUnavailable or OutcomeUnknown: ask again; with Unauthorized, without the claim Manage on the
     * namespace; with Closed.
     *
     * @param xid as {@link Transactions#preparedBranches} lists it
     */
    CompletableFuture<BranchOutcome> commitPrepared(BranchXid xid);

    /** Rolls a prepared branch back in the place of its transaction manager, as {@link #commitPrepared} commits one. */
    CompletableFuture<BranchOutcome> rollbackPrepared(BranchXid xid);

    /**
     * What is odd about how and where the namespace was opened, in sentences for a person: a store on a network file system,
     * an operation time-out of 15 s or less. Empty if nothing. Each was logged when it was opened.
     */
    List<String> warnings();

    /**
     * Backs up the whole store while it is used, and verifies what it wrote. What is in the backup is the state of one
     * instant between this call and its completion, of all partitions and definitions alike, as if the machine had lost its
     * power then and a disk that was just quick enough had kept everything: all that was acknowledged before the call is in
     * it, and what is under way between partitions is ended after a restore as it is after a crash. Appends wait for the
     * moment in which that instant is noted, see {@link BackupReport#held}; not while files are copied. One backup at a time.
     *
     * <p>Fails with InvalidOperation if the directory has something in it or lies in the store, if a partition is out (there
     * are no backups of a part), for a namespace in memory, or if another backup is under way; with QuotaExceeded if there is
     * not enough room; with PartitionUnavailable if a disk fails or something that was read is damaged; with Unauthorized, or
     * Closed. What it wrote is deleted then, and if it is killed, what it left is no backup: it has no manifest.
     *
     * <p>A backup holds the key of the store, and with it what the messages say: nobody else may read it.
     *
     * @param directory empty or not there; not in the store's
     * @param progress told of each part that is done, on a thread of the store; must be quick
     */
    CompletableFuture<BackupReport> backup(Path directory, Consumer<BackupProgress> progress);

    /** The same without being told how far it is. */
    default CompletableFuture<BackupReport> backup(Path directory) {
        return backup(directory, ignored -> {});
    }

    /**
     * Loads a failed partition again from its journal, the others going on meanwhile.
     *
     * @param partition its index, or -1 for the journal of definitions
     */
    CompletableFuture<PartitionHealth> reopen(int partition);
}
