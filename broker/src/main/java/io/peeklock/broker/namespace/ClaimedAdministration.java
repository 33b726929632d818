/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BrowsePage;
import io.peeklock.broker.BrowsePosition;
import io.peeklock.broker.BulkOperation;
import io.peeklock.broker.DeadLetterProperties;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceStatistics;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.TransactionInDoubt;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.message.Message;
import io.peeklock.journal.BackupProgress;
import io.peeklock.journal.BackupReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the bearer of a key may do with messages and the store as an administrator, each call with the claim that it needs (rule
 * Q6).
 *
 * <p>Thread safe.
 */
abstract class ClaimedAdministration extends ClaimedEntities {

    final OpenClaims open;

    ClaimedAdministration(Namespace namespace, Bearer bearer, OpenClaims open) {
        super(namespace, bearer);
        this.open = open;
    }

    // ---- Messages: whoever may take them may look at them

    @Override
    public final CompletableFuture<List<SessionInfo>> listSessions(EntityPath source, @Nullable String after, int max) {
        return checked(() -> bearer.refusal(Claim.LISTEN, source), () -> namespace.listSessions(source, after, max));
    }

    @Override
    public final CompletableFuture<List<Delivery>> peek(EntityPath source, long fromSequenceNumber, int max) {
        return checked(
                () -> bearer.refusal(Claim.LISTEN, source), () -> namespace.peek(source, fromSequenceNumber, max));
    }

    @Override
    public final CompletableFuture<List<Delivery>> peekSession(
            EntityPath source, String sessionId, long fromSequenceNumber, int max) {
        return checked(
                () -> bearer.refusal(Claim.LISTEN, source),
                () -> namespace.peekSession(source, sessionId, fromSequenceNumber, max));
    }

    @Override
    public final CompletableFuture<BrowsePage> browse(
            EntityPath source, @Nullable MessageFilter filter, BrowsePosition from, int max) {
        return checked(() -> bearer.refusal(Claim.LISTEN, source), () -> namespace.browse(source, filter, from, max));
    }

    @Override
    public final CompletableFuture<EntityCounters> counters(EntityPath entity) {
        return checked(() -> bearer.refusal(Claim.LISTEN, entity), () -> namespace.counters(entity));
    }

    @Override
    public final CompletableFuture<EntityStatistics> statistics(EntityPath entity) {
        return checked(() -> bearer.refusal(Claim.LISTEN, entity), () -> namespace.statistics(entity));
    }

    // ---- Messages: only who administers an entity does with many of them what receivers did not

    @Override
    public final BulkOperation purgeMessages(EntityPath source, MessageSelection selection) {
        return managed(source, () -> namespace.purgeMessages(source, selection));
    }

    @Override
    public final BulkOperation redriveMessages(EntityPath deadLetterQueue, MessageSelection selection) {
        return managed(deadLetterQueue, () -> namespace.redriveMessages(deadLetterQueue, selection));
    }

    private BulkOperation managed(EntityPath source, Supplier<BulkOperation> work) {
        return ClaimedBulk.begun(() -> bearer.refusal(Claim.MANAGE, source), work, open);
    }

    /** Manage of the source, and Send to the destination. */
    @Override
    public final BulkOperation moveMessages(
            EntityPath source, EntityPath destination, MessageSelection selection, DeadLetterProperties properties) {
        return ClaimedBulk.begun(
                () -> first(bearer.refusal(Claim.MANAGE, source), bearer.refusal(Claim.SEND, destination)),
                () -> namespace.moveMessages(source, destination, selection, properties),
                open);
    }

    @Override
    public final CompletableFuture<Long> resubmit(EntityPath deadLetterQueue, long sequenceNumber, Message edited) {
        return checked(
                () -> bearer.refusal(Claim.MANAGE, deadLetterQueue),
                () -> namespace.resubmit(deadLetterQueue, sequenceNumber, edited));
    }

    // ---- The store

    @Override
    public final CompletableFuture<BackupReport> backup(Path directory, Consumer<BackupProgress> progress) {
        return checked(() -> bearer.refusal(Claim.MANAGE), () -> namespace.backup(directory, progress));
    }

    @Override
    public final List<PartitionHealth> health() {
        require(bearer.refusal(Claim.MANAGE));
        return namespace.health();
    }

    @Override
    public final CompletableFuture<PartitionHealth> reopen(int partition) {
        return checked(() -> bearer.refusal(Claim.MANAGE), () -> namespace.reopen(partition));
    }

    @Override
    public final CompletableFuture<List<TransactionInDoubt>> transactionsInDoubt(int max) {
        return checked(() -> bearer.refusal(Claim.MANAGE), () -> namespace.transactionsInDoubt(max));
    }

    @Override
    public final CompletableFuture<UUID> rememberTransactionLog(String node, UUID log) {
        return checked(() -> bearer.refusal(Claim.MANAGE), () -> namespace.rememberTransactionLog(node, log));
    }

    @Override
    public final CompletableFuture<Boolean> forgetTransactionLog(String node) {
        return checked(() -> bearer.refusal(Claim.MANAGE), () -> namespace.forgetTransactionLog(node));
    }

    @Override
    public final Map<String, UUID> transactionLogs() {
        require(bearer.refusal(Claim.MANAGE));
        return namespace.transactionLogs();
    }

    @Override
    public final CompletableFuture<Map<EntityPath, EntityStatistics>> statisticsOfEach(int max) {
        return checked(() -> bearer.refusal(Claim.MANAGE), () -> namespace.statisticsOfEach(max));
    }

    @Override
    public final CompletableFuture<NamespaceStatistics> statistics() {
        return checked(() -> bearer.refusal(Claim.MANAGE), namespace::statistics);
    }

    @Override
    public final List<String> warnings() {
        require(bearer.refusal(Claim.MANAGE));
        return namespace.warnings();
    }
}
