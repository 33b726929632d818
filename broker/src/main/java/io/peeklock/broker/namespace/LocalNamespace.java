/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BrowsePage;
import io.peeklock.broker.BrowsePosition;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OpenedNamespace;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SettlementOutcome;
import io.peeklock.broker.entity.Definitions;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityLimits;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.partition.MemoryBudget;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.PartitionSettings;
import io.peeklock.broker.runtime.BusRuntime;
import io.peeklock.broker.runtime.ThreadedRuntime;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bus in this process: a namespace over the partitions of one store, which it owns.
 *
 * <p>Thread safe.
 */
public final class LocalNamespace implements OpenedNamespace {
    private static final Logger log = LoggerFactory.getLogger(LocalNamespace.class);
    private static final int MAX_PEEK = 250;
    private static final int THREADS = 2;

    private final JournalStore store;
    private final NamespaceConfig config;
    private final BusRuntime runtime;
    private final PartitionSet partitions;
    private final Definitions definitions;
    private final CompletableFuture<Void> loaded;
    private final Browsing browsing;
    private final Administration administration;
    private final Sending sending;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LocalNamespace(
            JournalStore store,
            NamespaceConfig config,
            BusRuntime runtime,
            PartitionSet partitions,
            Definitions definitions,
            CompletableFuture<Void> loaded) {
        this.store = store;
        this.config = config;
        this.runtime = runtime;
        this.partitions = partitions;
        this.definitions = definitions;
        this.loaded = loaded;
        this.browsing = new Browsing(partitions);
        this.administration = new Administration(definitions, config, partitions.count());
        this.sending = new Sending(partitions, definitions, runtime, config.operationTimeout());
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
        PartitionSettings settings = new PartitionSettings(store, runtime, config.profile(), budget);
        PartitionSet partitions = new PartitionSet(store.partitions(), settings, config.operationTimeout());
        EntityLimits limits = config.profile() == Profile.JMS ? EntityLimits.JMS : EntityLimits.AZURE;
        try {
            Definitions definitions = Definitions.open(store, limits, runtime.executor(), partitions);
            CompletableFuture<Void> loaded = partitions.start(definitions.list(), definitions.highestId());
            return new LocalNamespace(store, config, runtime, partitions, definitions, loaded);
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
    public CompletableFuture<QueueDescription> createQueue(QueueDescription queue) {
        return administer(() -> administration.create(queue));
    }

    @Override
    public CompletableFuture<QueueDescription> updateQueue(QueueDescription queue) {
        return administer(() -> administration.update(queue).thenApply(EntityDefinition::queue));
    }

    @Override
    public CompletableFuture<Void> deleteQueue(String name) {
        return administer(() -> administration.delete(EntityPath.queue(name)));
    }

    @Override
    public CompletableFuture<QueueDescription> queue(String name) {
        return administer(() -> found(EntityPath.queue(name)).thenApply(EntityDefinition::queue));
    }

    @Override
    public CompletableFuture<List<QueueDescription>> queues() {
        return administer(() -> administration.list(EntityKind.QUEUE, EntityDefinition::queue));
    }

    @Override
    public CompletableFuture<TopicDescription> createTopic(TopicDescription topic) {
        return administer(() -> administration.create(topic));
    }

    @Override
    public CompletableFuture<TopicDescription> updateTopic(TopicDescription topic) {
        return administer(() -> administration.update(topic).thenApply(EntityDefinition::topic));
    }

    @Override
    public CompletableFuture<Void> deleteTopic(String name) {
        return administer(() -> administration.delete(EntityPath.topic(name)));
    }

    @Override
    public CompletableFuture<TopicDescription> topic(String name) {
        return administer(() -> found(EntityPath.topic(name)).thenApply(EntityDefinition::topic));
    }

    @Override
    public CompletableFuture<List<TopicDescription>> topics() {
        return administer(() -> administration.list(EntityKind.TOPIC, EntityDefinition::topic));
    }

    @Override
    public CompletableFuture<SubscriptionDescription> createSubscription(SubscriptionDescription subscription) {
        return administer(() -> administration.create(subscription));
    }

    @Override
    public CompletableFuture<SubscriptionDescription> updateSubscription(SubscriptionDescription subscription) {
        return administer(() -> administration.update(subscription).thenApply(EntityDefinition::subscription));
    }

    @Override
    public CompletableFuture<Void> deleteSubscription(String topic, String name) {
        return administer(() -> administration.delete(EntityPath.subscription(topic, name)));
    }

    @Override
    public CompletableFuture<SubscriptionDescription> subscription(String topic, String name) {
        return administer(() -> found(EntityPath.subscription(topic, name)).thenApply(EntityDefinition::subscription));
    }

    @Override
    public CompletableFuture<List<SubscriptionDescription>> subscriptions(String topic) {
        return administer(() -> administration.subscriptions(EntityPath.topic(topic)));
    }

    private CompletableFuture<EntityDefinition> found(EntityPath path) {
        return CompletableFuture.completedFuture(definitions.require(path));
    }

    @Override
    public CompletableFuture<EntitySettings> resolve(EntityPath path, boolean create) {
        return administer(() -> administration.resolve(path, create));
    }

    @Override
    public CompletableFuture<Long> send(EntityPath destination, Message message) {
        return attempt(() -> sending.send(destination, message));
    }

    @Override
    public int partitionOf(EntityPath destination, Message message) {
        return sending.partitionOf(destination, message);
    }

    @Override
    public Receiver openReceiver(EntityPath source, ReceiverOptions options) {
        requireOpen();
        EntityRoute route = receivable(source);
        return new PartitionedReceiver(route, source.deadLetter(), options, partitions.all());
    }

    @Override
    public CompletableFuture<Void> settle(LockToken token, Settlement settlement) {
        return attempt(() -> partition(token).settle(token, settlement));
    }

    @Override
    public CompletableFuture<List<SettlementOutcome>> settleAll(List<LockToken> tokens, Settlement settlement) {
        return attempt(() -> new BulkSettlement(partitions, tokens, settlement).start());
    }

    @Override
    public CompletableFuture<Long> renew(LockToken token) {
        return attempt(() -> partition(token).renew(token));
    }

    private Partition partition(LockToken token) {
        if (!partitions.has(token)) {
            throw PartitionSet.foreign(token);
        }
        return partitions.get(token.partition());
    }

    @Override
    public CompletableFuture<Void> commit(PartitionCommit work) {
        return attempt(() -> {
            requirePartition(work.partition());
            return sending.commit(work);
        });
    }

    @Override
    public CompletableFuture<List<Delivery>> peek(EntityPath source, long fromSequenceNumber, int max) {
        return administer(() -> page(source, null, BrowsePosition.ofNumber(fromSequenceNumber), max)
                .thenApply(BrowsePage::deliveries));
    }

    @Override
    public CompletableFuture<BrowsePage> browse(
            EntityPath source, @Nullable MessageFilter filter, BrowsePosition from, int max) {
        return administer(() -> page(source, filter, from, max));
    }

    private CompletableFuture<BrowsePage> page(
            EntityPath source, @Nullable MessageFilter filter, BrowsePosition from, int max) {
        if (max < 1 || max > MAX_PEEK) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation, "a peek takes 1 to " + MAX_PEEK + " messages, not " + max);
        }
        return browsing.look(receivable(source), source.deadLetter(), filter, from, max);
    }

    private EntityRoute receivable(EntityPath source) {
        if (source.kind() == EntityKind.TOPIC) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "topic '" + source + "' holds no messages: receive from one of its subscriptions");
        }
        return partitions.route(definitions.require(source));
    }

    @Override
    public CompletableFuture<EntityCounters> counters(EntityPath entity) {
        return administer(() -> browsing.count(partitions.route(definitions.require(entity))));
    }

    @Override
    public List<PartitionHealth> health() {
        List<PartitionHealth> all = new ArrayList<>(partitions.health());
        if (definitions.readOnlyReason().isPresent()) {
            all.add(definitionsHealth());
        }
        return all;
    }

    private PartitionHealth definitionsHealth() {
        String reason = definitions.readOnlyReason().orElse(null);
        PartitionHealth.State state = reason == null ? PartitionHealth.State.SERVING : PartitionHealth.State.FAILED;
        return new PartitionHealth(JournalStore.DEFINITIONS, state, reason, List.of());
    }

    @Override
    public CompletableFuture<PartitionHealth> reopen(int partition) {
        return attempt(() -> {
            if (partition == JournalStore.DEFINITIONS) {
                return definitions.reopen().thenApply(done -> definitionsHealth());
            }
            requirePartition(partition);
            return partitions.get(partition).reopen();
        });
    }

    private void requirePartition(int partition) {
        if (partition < 0 || partition >= partitions.count()) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "there is no partition " + partition + ": they are 0 to " + (partitions.count() - 1));
        }
    }

    /** Runs what answers with a future, so that every failure is in the future. */
    private <T> CompletableFuture<T> attempt(Supplier<CompletableFuture<T>> operation) {
        try {
            requireOpen();
            return operation.get();
        } catch (BrokerException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The same for what may fail wrapped. */
    private <T> CompletableFuture<T> administer(Supplier<CompletableFuture<T>> operation) {
        return attempt(() -> unwrapped(operation.get()));
    }

    /** The same future, failing with the cause itself: dependent stages wrap it. */
    private static <T> CompletableFuture<T> unwrapped(CompletableFuture<T> stage) {
        CompletableFuture<T> plain = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                plain.complete(value);
            } else {
                Throwable cause = failure.getCause();
                plain.completeExceptionally(failure instanceof CompletionException && cause != null ? cause : failure);
            }
        });
        return plain;
    }

    private void requireOpen() {
        if (closed.get()) {
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
