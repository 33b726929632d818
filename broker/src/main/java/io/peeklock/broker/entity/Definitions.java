/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which entities a namespace has: creates, changes and deletes them, all but temporary ones durably, and finds them (rules
 * P13, W4, W5, W6).
 *
 * <p>Thread safe. Lookups take no lock and see what is durable and distributed. Changes run one after the other on the
 * executor, where each may append to the journal; their futures fail with {@link BrokerException}, not wrapped, and
 * complete on the executor's threads.
 *
 * <p>A change is made durable first, then carried to the partitions by the {@link DefinitionListener}, then it is found
 * and the caller hears of it; a deleted entity is not found as soon as that is durable. If only carrying fails, the change
 * stands, and the caller gets the listener's error.
 */
public final class Definitions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Definitions.class);

    private final JournalStore store;
    private final EntityLimits limits;
    private final Executor executor;
    private final DefinitionListener listener;
    private final ChangeQueue changes;
    private final Rules rules = new Rules(this);
    private final Policies policies = new Policies(this);

    private volatile DefinitionSet current;
    private volatile DefinitionJournal journal;
    private volatile boolean closed;
    /** Used by changes alone. */
    private long lastTemporaryId;

    private Definitions(
            JournalStore store,
            EntityLimits limits,
            Executor executor,
            DefinitionListener listener,
            DefinitionJournal journal,
            DefinitionSet current) {
        this.store = store;
        this.limits = limits;
        this.executor = executor;
        this.listener = listener;
        this.changes = new ChangeQueue(executor);
        this.journal = journal;
        this.current = current;
    }

    /**
     * Loads the definitions of a store. Blocks. The listener is not told of what was there: read {@link #list}.
     *
     * @param executor runs changes; may be shared, must not be an application's thread
     * @throws JournalException if the journal cannot be opened; one that is damaged opens read-only, see {@link
     *     #readOnlyReason}
     * @throws BrokerException InvalidOperation if the limits make two of the store's names one
     */
    public static Definitions open(
            JournalStore store, EntityLimits limits, Executor executor, DefinitionListener listener)
            throws JournalException {
        DefinitionJournal journal = DefinitionJournal.open(store, executor);
        try {
            return new Definitions(store, limits, executor, listener, journal, DefinitionSet.of(limits, journal));
        } catch (BrokerException e) {
            journal.close();
            throw e;
        }
    }

    /** What a path names, or whose dead-letter queue it names. */
    public Optional<EntityDefinition> find(EntityPath path) {
        return Optional.ofNullable(current.find(path));
    }

    /** The entity of an id. */
    public Optional<EntityDefinition> find(long id) {
        return Optional.ofNullable(current.find(id));
    }

    /**
     * What a path names, or whose dead-letter queue it names.
     *
     * @throws BrokerException EntityNotFound
     */
    public EntityDefinition require(EntityPath path) {
        return current.require(path);
    }

    /** What messages are forwarded to by a name: the queue, else the topic, that has it (rule W1); null if there is none. */
    public @Nullable EntityDefinition destination(String name) {
        return current.destination(name);
    }

    /** What holds for messages of an entity, its topic's settings included. */
    public EntitySettings settings(EntityDefinition definition) {
        EntityDefinition topic = definition.topicId() == 0 ? null : current.find(definition.topicId());
        return topic == null ? definition.settings() : definition.settings().within(topic.settings());
    }

    /** All entities, by name. */
    public List<EntityDefinition> list() {
        return current.sortedByName();
    }

    /** Subscriptions of a topic, by name. */
    public List<EntityDefinition> subscriptionsOf(EntityDefinition topic) {
        return current.subscriptionsOf(topic);
    }

    /**
     * An entity whose id is not found and not above this one was deleted, and what is left of it may go. 0 while the
     * journal is damaged: what is not found then may be what was lost, and its messages must not be.
     */
    public long highestId() {
        DefinitionJournal now = journal;
        return now.findings().isEmpty() ? now.deletedBelow() - 1 : 0;
    }

    /** Why nothing can be changed, empty if it can. */
    public Optional<String> readOnlyReason() {
        DefinitionJournal now = journal;
        if (!now.findings().isEmpty()) {
            return Optional.of(
                    "the journal of definitions is damaged (" + now.findings().size() + " findings, the first: "
                            + now.findings().get(0)
                            + "): entities can neither be created, changed nor deleted until the store is"
                            + " repaired");
        }
        if (now.hasFailed()) {
            return Optional.of("the journal of definitions has failed; reopen it, or the namespace");
        }
        return Optional.empty();
    }

    /**
     * Creates an entity. Fails with EntityAlreadyExists, with EntityNotFound if it is a subscription without topic, with
     * QuotaExceeded if the namespace, the topic or the disk is full.
     */
    public CompletableFuture<EntityDefinition> create(EntityDescription description) {
        return changes.submit(() -> createNow(description));
    }

    /** Creates an entity unless there is one of its path, which is then the result, whatever its settings. */
    public CompletableFuture<EntityDefinition> createIfAbsent(EntityDescription description) {
        return changes.submit(() -> {
            EntityDefinition found = current.find(description.path());
            return found == null ? createNow(description) : CompletableFuture.completedFuture(found);
        });
    }

    private CompletableFuture<EntityDefinition> createNow(EntityDescription description) {
        requireOpen();
        limits.check(description);
        if (description.temporary()) {
            EntityDefinition now = Defining.define(lastTemporaryId - 1, description, current);
            current.checkRoomFor(now);
            lastTemporaryId = now.id();
            return distribute(now);
        }
        requireWritable();
        EntityDefinition now = Defining.define(journal.nextId(), description, current);
        current.checkRoomFor(now);
        ForwardTargets.check(null, now, current);
        DiskRoom.require(store, JournalStore.DEFINITIONS);
        return journal.create(now).thenCompose(durable -> distribute(now));
    }

    /**
     * Gives an entity other settings. The path finds it and stays as it was written at its creation. Fails with
     * EntityNotFound, or InvalidOperation for what is fixed at creation.
     */
    public CompletableFuture<EntityDefinition> update(EntityDescription description) {
        return changes.submit(() -> {
            requireOpen();
            limits.check(description);
            EntityDefinition before = current.require(description.path());
            EntityDescription next = Defining.changed(before, description);
            if (!before.temporary()) {
                requireWritable();
            }
            if (next.equals(before.description())) {
                return CompletableFuture.completedFuture(before);
            }
            EntityDefinition now = before.changedTo(next);
            ForwardTargets.check(before, now, current);
            return now.temporary() ? distribute(now) : journal.change(now).thenCompose(durable -> distribute(now));
        });
    }

    /** Deletes an entity, a topic with its subscriptions; gives its last definition. Fails with EntityNotFound. */
    public CompletableFuture<EntityDefinition> delete(EntityPath path) {
        return changes.submit(() -> {
            requireOpen();
            return deleteNow(current.require(path));
        });
    }

    /**
     * The same for the entity of an id, and not another one of its name; null if it is gone already, or not to go any more.
     *
     * @param stillToGo asked when it has its turn: after all changes that were asked for before
     */
    public CompletableFuture<@Nullable EntityDefinition> delete(long id, BooleanSupplier stillToGo) {
        return changes.submit(() -> {
            requireOpen();
            EntityDefinition found = current.find(id);
            return found == null || !stillToGo.getAsBoolean()
                    ? CompletableFuture.completedFuture(null)
                    : deleteNow(found).thenApply(gone -> gone);
        });
    }

    private CompletableFuture<EntityDefinition> deleteNow(EntityDefinition gone) {
        List<EntityDefinition> all = new ArrayList<>(current.subscriptionsOf(gone));
        all.add(gone);
        List<EntityDefinition> lasting =
                all.stream().filter(one -> !one.temporary()).toList();
        if (lasting.isEmpty()) {
            return drop(all).thenApply(done -> gone);
        }
        requireWritable();
        return listener.deleting(gone)
                .thenComposeAsync(over -> remove(lasting, all).whenComplete((done, failure) -> over.run()), executor)
                .thenApply(done -> gone);
    }

    private CompletableFuture<Void> remove(List<EntityDefinition> lasting, List<EntityDefinition> all) {
        return journal.remove(
                        lasting,
                        current.rules().ofAll(lasting),
                        current.policies().ofAll(lasting))
                .thenCompose(durable -> drop(all));
    }

    /** Entities that are gone, subscriptions before their topic: nobody may send to one that is going. */
    private CompletableFuture<Void> drop(List<EntityDefinition> gone) {
        gone.forEach(current::remove);
        return CompletableFuture.allOf(gone.stream().map(listener::deleted).toArray(CompletableFuture[]::new));
    }

    /** Rules of subscriptions. */
    public Rules rules() {
        return rules;
    }

    /** Shared access policies of entities and of the namespace. */
    public Policies policies() {
        return policies;
    }

    DefinitionSet current() {
        return current;
    }

    /**
     * Changes the rules of a subscription.
     *
     * @param adds whether there will be more of them
     */
    <T> CompletableFuture<T> changeRules(
            EntityPath path, boolean adds, Function<RuleChanges, CompletableFuture<T>> change) {
        return changes.submit(() -> {
            requireOpen();
            EntityDefinition subscription = current.require(path);
            if (!subscription.temporary()) {
                requireWritable();
                if (adds) {
                    DiskRoom.require(store, JournalStore.DEFINITIONS);
                }
            }
            return change.apply(new RuleChanges(current, journal, listener, subscription, () -> --lastTemporaryId));
        });
    }

    /** Changes policies or transaction logs, of which there will be more if it {@code adds}. */
    <T> CompletableFuture<T> change(boolean adds, Function<DefinitionJournal, CompletableFuture<T>> change) {
        return changes.submit(() -> {
            requireWritable();
            if (adds) {
                DiskRoom.require(store, JournalStore.DEFINITIONS);
            }
            return change.apply(journal);
        });
    }

    /**
     * Loads the journal again after it failed, and tells the listener what turned out to have happened. Blocks a thread of
     * the executor. If it comes back damaged, everything stays as it is known now, read-only.
     */
    public CompletableFuture<Void> reopen() {
        return changes.submit(() -> {
            requireOpen();
            try {
                journal.close();
            } catch (JournalException e) {
                // It has failed before, and what counts is whether it opens again.
                LOG.warn("Journal of definitions: closing it before it is opened again: {}", e.getMessage());
            }
            try {
                DefinitionJournal again = DefinitionJournal.open(store, executor);
                journal = again;
                if (closed) {
                    again.close();
                }
                return again.findings().isEmpty()
                        ? adopt(DefinitionSet.of(limits, again))
                        : CompletableFuture.<Void>completedFuture(null);
            } catch (JournalException e) {
                throw new BrokerException(
                        ErrorCode.PartitionUnavailable,
                        "the journal of definitions cannot be opened again: " + e.getMessage(),
                        e);
            }
        });
    }

    /** Takes over what the journal turned out to hold; temporary entities stay, unless their topic has gone. */
    private CompletableFuture<Void> adopt(DefinitionSet found) {
        DefinitionSet before = current;
        for (EntityDefinition one : before.all()) {
            if (one.temporary() && (one.topicId() <= 0 || found.find(one.topicId()) != null)) {
                found.put(one);
                before.rules().of(one).forEach(rule -> found.rules().put(one, rule));
            }
        }
        List<CompletableFuture<?>> told = new ArrayList<>();
        for (EntityDefinition now : found.sortedByName()) {
            if (!now.equals(before.find(now.id()))) {
                told.add(carry(now));
            }
        }
        for (EntityDefinition gone : before.all()) {
            if (found.find(gone.id()) == null) {
                told.add(listener.deleted(gone));
            }
        }
        told.addAll(RuleChanges.adopt(before, found, listener));
        current = found;
        policies.changed();
        return CompletableFuture.allOf(told.toArray(CompletableFuture[]::new));
    }

    /** Refuses changes, lets the one under way become durable and frees the journal. Blocks. Idempotent. */
    @Override
    public void close() throws JournalException {
        closed = true;
        journal.close();
    }

    private CompletableFuture<EntityDefinition> distribute(EntityDefinition now) {
        // Found even if the listener failed: it is durable, and after a restart it would be found too.
        return carry(now)
                .whenComplete((done, failure) -> {
                    current.put(now);
                    listener.found(now);
                })
                .thenApply(done -> now);
    }

    private CompletableFuture<Void> carry(EntityDefinition now) {
        try {
            return listener.changed(now);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw DefinitionJournal.closed();
        }
    }

    private void requireWritable() {
        requireOpen();
        Optional<String> reason = readOnlyReason();
        if (reason.isPresent()) {
            throw new BrokerException(
                    journal.hasFailed() ? ErrorCode.PartitionUnavailable : ErrorCode.InvalidOperation, reason.get());
        }
    }
}
