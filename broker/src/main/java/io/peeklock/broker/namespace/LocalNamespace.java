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
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.NamespaceStatistics;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SettlementOutcome;
import io.peeklock.broker.TransactionInDoubt;
import io.peeklock.broker.entity.Definitions;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityLimits;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.partition.Exchange;
import io.peeklock.broker.partition.MemoryBudget;
import io.peeklock.broker.partition.OfSession;
import io.peeklock.broker.partition.PartitionSettings;
import io.peeklock.broker.runtime.BusRuntime;
import io.peeklock.broker.runtime.ThreadedRuntime;
import io.peeklock.journal.BackupProgress;
import io.peeklock.journal.BackupReport;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bus in this process: a namespace over the partitions of one store, which it owns.
 *
 * <p>Thread safe.
 */
public final class LocalNamespace extends TransactedNamespace {
    private static final Logger log = LoggerFactory.getLogger(LocalNamespace.class);
    private static final int THREADS = 2;

    private final JournalStore store;
    private final NamespaceConfig config;
    private final BusRuntime runtime;
    private final PartitionSet partitions;
    private final Definitions definitions;
    private final CompletableFuture<Void> loaded;
    private final Backups backups;
    private final Browsing browsing;
    private final Sending sending;
    private final Sessions sessions;
    private final BulkOperations bulkOperations;
    private final Statistics statistics;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LocalNamespace(
            NamespaceConfig config,
            PartitionSettings settings,
            PartitionSet partitions,
            Definitions definitions,
            Sending sending,
            CompletableFuture<Void> loaded) {
        super(
                definitions,
                new DefinedEntities(definitions, config, partitions.count()),
                partitions,
                sending,
                new Branches(partitions, settings.runtime().random()));
        this.store = settings.store();
        this.config = config;
        this.runtime = settings.runtime();
        this.partitions = partitions;
        this.definitions = definitions;
        this.loaded = loaded;
        this.backups = new Backups(store, runtime);
        this.browsing = new Browsing(partitions);
        this.sessions = new Sessions(partitions);
        this.bulkOperations = new BulkOperations(partitions, definitions);
        this.statistics = new Statistics(partitions, definitions, settings);
        this.sending = sending;
        IdleEntities idle = new IdleEntities(partitions, definitions, statistics, runtime);
        partitions.whenIdleSettingChanges(idle::look);
        idle.look();
    }

    /**
     * Opens a namespace with threads of its own. Blocks until everything is loaded; a partition that cannot be loaded is
     * out, see {@link #health}, and the others serve.
     *
     * @param store taken over, also if this fails: closed with the namespace
     */
    public static LocalNamespace open(JournalStore store, NamespaceConfig config) throws JournalException {
        LocalNamespace opened =
                open(store, config, new ThreadedRuntime(store.id().toString().substring(0, 8), THREADS));
        opened.loaded.join();
        return opened;
    }

    /** Opens a namespace on a given runtime, which is closed with it. Partitions still load: operations on them wait. */
    public static LocalNamespace open(JournalStore store, NamespaceConfig config, BusRuntime runtime)
            throws JournalException {
        MemoryBudget budget = new MemoryBudget(config.bodyMemoryBytes(), config.indexMemoryBytes());
        Exchange exchange = new Exchange(store.partitions());
        PartitionSettings settings =
                new PartitionSettings(store, runtime, config.profile(), budget, exchange, config.expireWholeSessions());
        PartitionSet partitions = new PartitionSet(store.partitions(), settings, config.operationTimeout());
        config.warnings().forEach(log::warn);
        EntityLimits limits = config.profile() == Profile.JMS ? EntityLimits.JMS : EntityLimits.AZURE;
        try {
            Definitions definitions = Definitions.open(store, limits, runtime.executor(), partitions);
            exchange.directory(partitions.directory(definitions::destination));
            CompletableFuture<Void> loaded =
                    partitions.start(definitions.list(), definitions.rules().definitions(), definitions.highestId());
            Sending sending = new Sending(partitions, definitions, runtime, config.operationTimeout());
            return new LocalNamespace(config, settings, partitions, definitions, sending, loaded);
        } catch (JournalException | RuntimeException e) {
            try {
                store.close();
            } catch (JournalException suppressed) {
                e.addSuppressed(suppressed);
            }
            runtime.close();
            throw e;
        }
    }

    @Override
    public UUID id() {
        return store.id();
    }

    @Override
    public int partitions() {
        return partitions.count();
    }

    @Override
    public NamespaceConfig config() {
        return config;
    }

    @Override
    public CompletableFuture<Long> send(EntityPath destination, Message message) {
        return attempt(() -> sending.send(destination, message, 0));
    }

    @Override
    public CompletableFuture<Long> schedule(EntityPath destination, Message message, Instant enqueueAt) {
        return attempt(() -> sending.send(destination, message, OutgoingMessage.scheduledMs(enqueueAt)));
    }

    @Override
    public CompletableFuture<Void> cancelScheduled(EntityPath destination, Collection<Long> sequenceNumbers) {
        return administer(() -> sending.cancelScheduled(destination, sequenceNumbers));
    }

    @Override
    public CompletableFuture<Long> reserveNumber(EntityPath destination, int partition) {
        return attempt(() -> sending.reserveNumber(destination, partition));
    }

    @Override
    public int partitionOf(EntityPath destination, Message message) {
        return sending.partitionOf(destination, message);
    }

    @Override
    public Receiver openReceiver(EntityPath source, ReceiverOptions options) {
        requireOpen();
        return sessions.open(receivable(source), source, options);
    }

    @Override
    public CompletableFuture<SessionReceiver> acceptSession(
            EntityPath source, @Nullable String sessionId, SessionOptions options) {
        return attempt(() -> sessions.accept(receivable(source), source, sessionId, options));
    }

    @Override
    public CompletableFuture<List<SessionInfo>> listSessions(EntityPath source, @Nullable String after, int max) {
        return administer(() -> sessions.list(receivable(source), source, after, max));
    }

    @Override
    public CompletableFuture<List<Delivery>> receiveDeferred(
            EntityPath source, Collection<Long> sequenceNumbers, ReceiverOptions options) {
        return administer(() -> new DeferredReceive(partitions, partitions.route(receivable(source)), source, options)
                .start(sequenceNumbers));
    }

    @Override
    public CompletableFuture<Void> settle(LockToken token, Settlement settlement) {
        return attempt(() -> partitions.holding(token).settle(token, settlement));
    }

    @Override
    public CompletableFuture<List<SettlementOutcome>> settleAll(List<LockToken> tokens, Settlement settlement) {
        return attempt(() -> new BulkSettlement(partitions, tokens, settlement).start());
    }

    @Override
    public CompletableFuture<Long> renew(LockToken token) {
        return attempt(() -> partitions.holding(token).renew(token));
    }

    @Override
    public CompletableFuture<List<Delivery>> peek(EntityPath source, long fromSequenceNumber, int max) {
        return administer(() -> browse(source, null, BrowsePosition.ofNumber(fromSequenceNumber), max)
                .thenApply(BrowsePage::deliveries));
    }

    @Override
    public CompletableFuture<List<Delivery>> peekSession(
            EntityPath source, String sessionId, long fromSequenceNumber, int max) {
        MessageFilter ofSession = new OfSession(sessionId);
        BrowsePosition from = BrowsePosition.ofNumber(fromSequenceNumber);
        return administer(() ->
                browsing.found(() -> partitions.route(receivable(source)), source.deadLetter(), ofSession, from, max));
    }

    @Override
    public CompletableFuture<BrowsePage> browse(
            EntityPath source, @Nullable MessageFilter filter, BrowsePosition from, int max) {
        return administer(
                () -> browsing.look(partitions.route(receivable(source)), source.deadLetter(), filter, from, max));
    }

    private EntityDefinition receivable(EntityPath source) {
        if (source.kind() == EntityKind.TOPIC) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "topic '" + source + "' holds no messages: receive from one of its subscriptions");
        }
        EntityDefinition found = definitions.require(source);
        partitions.use(found);
        return found;
    }

    @Override
    public CompletableFuture<EntityCounters> counters(EntityPath entity) {
        return administer(() -> statistics.count(partitions.route(definitions.require(entity))));
    }

    @Override
    public CompletableFuture<EntityStatistics> statistics(EntityPath entity) {
        return administer(() -> statistics.of(partitions.route(definitions.require(entity))));
    }

    @Override
    public CompletableFuture<Map<EntityPath, EntityStatistics>> statisticsOfEach(int max) {
        return administer(() -> statistics.ofEach(max));
    }

    @Override
    public CompletableFuture<NamespaceStatistics> statistics() {
        return administer(statistics::ofNamespace);
    }

    @Override
    public CompletableFuture<List<TransactionInDoubt>> transactionsInDoubt(int max) {
        return administer(() -> statistics.inDoubt(max));
    }

    @Override
    public BulkOperation purgeMessages(EntityPath source, MessageSelection selection) {
        return bulk(() -> bulkOperations.purge(source, selection));
    }

    @Override
    public BulkOperation redriveMessages(EntityPath deadLetterQueue, MessageSelection selection) {
        return bulk(() -> bulkOperations.redrive(deadLetterQueue, selection));
    }

    @Override
    public BulkOperation moveMessages(
            EntityPath source, EntityPath destination, MessageSelection selection, DeadLetterProperties properties) {
        return bulk(() -> bulkOperations.move(source, destination, selection, properties));
    }

    @Override
    public CompletableFuture<Long> resubmit(EntityPath deadLetterQueue, long sequenceNumber, Message edited) {
        return attempt(() -> bulkOperations.resubmit(deadLetterQueue, sequenceNumber, edited));
    }

    private BulkOperation bulk(Supplier<BulkOperation> operation) {
        try {
            requireOpen();
            return operation.get();
        } catch (BrokerException e) {
            return BulkWork.refused(e);
        }
    }

    @Override
    public List<PartitionHealth> health() {
        List<PartitionHealth> all = new ArrayList<>(partitions.health());
        if (definitions.readOnlyReason().isPresent()) {
            all.add(definedEntities().health());
        }
        return all;
    }

    @Override
    public List<String> warnings() {
        return Stream.concat(store.warnings().stream(), config.warnings().stream())
                .toList();
    }

    @Override
    public CompletableFuture<BackupReport> backup(Path directory, Consumer<BackupProgress> progress) {
        return attempt(() -> backups.start(directory, progress));
    }

    @Override
    public CompletableFuture<PartitionHealth> reopen(int partition) {
        return attempt(() -> {
            if (partition == JournalStore.DEFINITIONS) {
                return definitions.reopen().thenApply(done -> definedEntities().health());
            }
            partitions.require(partition);
            return partitions.get(partition).reopen();
        });
    }

    @Override
    public boolean isOpen() {
        return !closed.get();
    }

    @Override
    void requireOpen() {
        if (!isOpen()) {
            throw new BrokerException(ErrorCode.Closed, "the namespace is closed");
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            partitions.close().join();
        } catch (CompletionException e) {
            log.warn("Namespace {}: not every partition closed cleanly", store.id(), e);
        }
        try {
            definitions.close();
        } catch (JournalException e) {
            log.warn("Namespace {}: the definitions did not close cleanly", store.id(), e);
        }
        try {
            // Whatever failed before: it gives back the store's lock.
            store.close();
        } catch (JournalException e) {
            log.warn("Namespace {}: the store did not close cleanly", store.id(), e);
        }
        runtime.close();
    }
}
