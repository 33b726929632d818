/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SettlementOutcome;
import io.peeklock.broker.entity.Definitions;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityLimits;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.partition.MemoryBudget;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.PartitionSettings;
import io.peeklock.broker.routing.PartitionKeys;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bus in this process: a namespace over the partitions of one store, which it owns.
 *
 * <p>Thread safe.
 */
public final class LocalNamespace implements Namespace {
    private static final Logger log = LoggerFactory.getLogger(LocalNamespace.class);
    /** Properties together (rule Q2). */
    private static final int MAX_PROPERTIES_BYTES = 64 * 1024;

    private static final int MAX_PEEK = 250;
    private static final int THREADS = 2;

    private final JournalStore store;
    private final NamespaceConfig config;
    private final BusRuntime runtime;
    private final PartitionSet partitions;
    private final Definitions definitions;
    private final CompletableFuture<Void> loaded;
    private final Browsing browsing;
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
        if (queue.homePartition() >= partitions.count()) {
            return CompletableFuture.failedFuture(new BrokerException(
                    ErrorCode.InvalidOperation,
                    "queue '" + queue.name() + "': home partition " + queue.homePartition() + " is not below "
                            + partitions.count() + ", the number of partitions of this namespace"));
        }
        return unwrapped(definitions.create(queue).thenApply(EntityDefinition::queue));
    }

    @Override
    public CompletableFuture<QueueDescription> updateQueue(QueueDescription queue) {
        return unwrapped(definitions.update(queue).thenApply(EntityDefinition::queue));
    }

    @Override
    public CompletableFuture<Void> deleteQueue(String name) {
        return unwrapped(definitions.delete(name).thenAccept(gone -> {}));
    }

    @Override
    public CompletableFuture<QueueDescription> queue(String name) {
        return attempt(() ->
                CompletableFuture.completedFuture(definitions.require(name).queue()));
    }

    @Override
    public CompletableFuture<List<QueueDescription>> queues() {
        return CompletableFuture.completedFuture(
                definitions.list().stream().map(EntityDefinition::queue).toList());
    }

    @Override
    public CompletableFuture<QueueDescription> resolve(EntityPath path, boolean create) {
        return attempt(() -> {
            var found = definitions.find(path.name());
            if (found.isPresent()) {
                return CompletableFuture.completedFuture(found.get().queue());
            }
            if (!create || !config.autoCreate() || path.deadLetter()) {
                definitions.require(path.name());
            }
            QueueDescription queue = QueueDescription.builder(path.name())
                    .partitioned(config.autoCreatePartitioned())
                    .build();
            return unwrapped(definitions.createIfAbsent(queue).thenApply(EntityDefinition::queue));
        });
    }

    @Override
    public CompletableFuture<Long> send(EntityPath destination, Message message) {
        return attempt(() -> {
            EntityRoute route = sendable(destination, message);
            int partition = partitionOf(route, message);
            if (partition >= 0) {
                return partitions.get(partition).send(route.entityId(), message);
            }
            return new UnkeyedSend(
                            partitions,
                            runtime,
                            route,
                            message,
                            config.operationTimeout().toNanos())
                    .start();
        });
    }

    @Override
    public int partitionOf(EntityPath destination, Message message) {
        return partitionOf(sendable(destination, message), message);
    }

    private int partitionOf(EntityRoute route, Message message) {
        int keyed =
                PartitionKeys.partitionOf(message, false, partitions.count()).orElse(-1);
        return route.isPartitioned() ? keyed : route.homePartition();
    }

    private EntityRoute sendable(EntityPath destination, Message message) {
        if (destination.deadLetter()) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    destination + " cannot be sent to: messages come there when they are dead-lettered");
        }
        EntityDefinition definition = definitions.require(destination.name());
        requireSize(message, definition.queue());
        return partitions.route(definition);
    }

    /** Rules Q1 and Q2; here too, not only in the partition, so that a transaction refuses it when it is staged. */
    private static void requireSize(Message message, QueueDescription queue) {
        if (message.propertiesBytes() > MAX_PROPERTIES_BYTES) {
            throw new BrokerException(
                    ErrorCode.MessageSizeExceeded,
                    "the message's properties have " + message.propertiesBytes() + " bytes, at most "
                            + MAX_PROPERTIES_BYTES + " are allowed: put large values into the body");
        }
        if (message.sizeBytes() > queue.maxMessageBytes()) {
            throw new BrokerException(
                    ErrorCode.MessageSizeExceeded,
                    "the message has " + message.sizeBytes() + " bytes with its properties, " + queue.name() + " takes "
                            + queue.maxMessageBytes() + ": make it smaller or raise maxMessageBytes of the queue");
        }
    }

    @Override
    public Receiver openReceiver(EntityPath source, ReceiverOptions options) {
        requireOpen();
        EntityRoute route = partitions.route(definitions.require(source.name()));
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
            List<Partition.Staged> staged = new ArrayList<>(work.sends().size());
            for (OutgoingMessage send : work.sends()) {
                EntityRoute route = sendable(send.destination(), send.message());
                if (!route.liesIn(work.partition())) {
                    throw new BrokerException(
                            ErrorCode.InvalidOperation,
                            send.destination() + " lies in partition " + route.homePartition()
                                    + ", the transaction is in partition " + work.partition());
                }
                staged.add(new Partition.Staged(route.entityId(), send.message()));
            }
            for (LockToken token : work.completes()) {
                if (token.partition() != work.partition()) {
                    throw new BrokerException(
                            ErrorCode.InvalidOperation,
                            "message " + token.sequenceNumber() + " lies in partition " + token.partition()
                                    + ", the transaction is in partition " + work.partition());
                }
            }
            return partitions.get(work.partition()).commit(staged, work.completes());
        });
    }

    @Override
    public CompletableFuture<List<Delivery>> peek(EntityPath source, long fromSequenceNumber, int max) {
        return attempt(() -> {
            if (max < 1 || max > MAX_PEEK) {
                throw new BrokerException(
                        ErrorCode.InvalidOperation, "a peek takes 1 to " + MAX_PEEK + " messages, not " + max);
            }
            EntityRoute route = partitions.route(definitions.require(source.name()));
            return unwrapped(browsing.peek(route, source.deadLetter(), fromSequenceNumber, max));
        });
    }

    @Override
    public CompletableFuture<EntityCounters> counters(String queue) {
        return attempt(() -> unwrapped(browsing.count(partitions.route(definitions.require(queue)))));
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
    private <T> CompletableFuture<T> attempt(java.util.function.Supplier<CompletableFuture<T>> operation) {
        try {
            requireOpen();
            return operation.get();
        } catch (BrokerException e) {
            return CompletableFuture.failedFuture(e);
        }
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
