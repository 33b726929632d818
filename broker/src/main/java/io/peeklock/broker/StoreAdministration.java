/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.journal.BackupProgress;
import io.peeklock.journal.BackupReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
     * Tells the namespace which log a transaction manager has that ends branches here: whatever it finds prepared and not in its
     * log it takes for undecided. The first log of a node id is remembered, durably. Completes with the one that is remembered. If
     * that is another one, another transaction manager has the node id, or this one has lost its log: then it must roll back
     * nothing that it does not know, until people have looked and have {@linkplain #forgetTransactionLog forgotten} the other.
     *
     * <p>Fails with InvalidOperation for a node id that has not 1 to 64 bytes; a first one, with InvalidOperation or
     * PartitionUnavailable while the journal of definitions cannot be written and with QuotaExceeded beyond 1000 or if the disk is
     * full; with OutcomeUnknown; with Unauthorized, without the claim Manage on the namespace; with Closed.
     *
     * @param node the transaction manager's node id
     * @param log a random id that moves with its log
     */
    CompletableFuture<UUID> rememberTransactionLog(String node, UUID log);

    /**
     * Forgets the log of a node id, so that the next one is remembered. Completes with whether there was one. Fails as {@link
     * #rememberTransactionLog} does.
     */
    CompletableFuture<Boolean> forgetTransactionLog(String node);

    /**
     * The logs that are remembered, by the node id.
     *
     * @throws io.peeklock.broker.error.BrokerException Unauthorized, without the claim Manage on the namespace; Closed
     */
    Map<String, UUID> transactionLogs();

    /**
     * What transactions over several partitions have prepared in one that another one decides, and that has not ended, the oldest
     * first: local ones, which end by themselves as soon as both partitions serve, and branches that {@link
     * Transactions#preparedBranches} cannot list since their coordinator is out or has lost them. And what an administrator has
     * ended that way. What lies in a partition that is out is not listed; one that is being loaded is waited for.
     *
     * <p>Fails with InvalidOperation for another number than 1 to 1000; with PartitionUnavailable if a partition fails meanwhile;
     * with Unauthorized, without the claim Manage on the namespace; with Closed.
     *
     * @param max how many at most
     */
    CompletableFuture<List<PartInDoubt>> partsInDoubt(int max);

    /**
     * Commits a part of a transaction in one partition by hand, while its coordinator is out or has lost what becomes of it. That
     * it was so is remembered through restarts: until the coordinator says the same, or, if it says otherwise, which is logged
     * and listed, until {@link #forgetPart}. Completes with DONE when it is durable; with NOT_FOUND; or with the state it has if
     * it was ended by hand before.
     *
     * <p>Fails with InvalidOperation if its coordinator serves and knows what becomes of it, or if the partition is its
     * coordinator: {@link #commitPrepared} is for that; with PartitionUnavailable or OutcomeUnknown: ask again; with
     * Unauthorized, without the claim Manage on the namespace; with Closed.
     *
     * @param partition as {@link #partsInDoubt} lists it
     * @param id as {@link #partsInDoubt} lists it
     */
    CompletableFuture<BranchOutcome> commitPart(int partition, UUID id);

    /**
     * Rolls a part back by hand, as {@link #commitPart} commits one: what it had received is abandoned, what it was to send is
     * dropped.
     */
    CompletableFuture<BranchOutcome> rollbackPart(int partition, UUID id);

    /** Forgets a part that was ended by hand; NOT_FOUND if there is none. Fails as {@link #commitPart} does. */
    CompletableFuture<BranchOutcome> forgetPart(int partition, UUID id);

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
