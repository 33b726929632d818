/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The shared access policies of a namespace: creates, changes and deletes them durably as {@link Definitions} does entities,
 * and finds them (rule Q6).
 *
 * <p>Thread safe; futures as those of {@link Definitions}. A change counts from when its future completes.
 */
public final class Policies {
    private static final long NAMESPACE = 0;

    private final Definitions definitions;
    private volatile Runnable whenChanged = () -> {};

    Policies(Definitions definitions) {
        this.definitions = definitions;
    }

    /** Another object after each change: whoever remembers something of policies looks again. Take it before you look. */
    public Object stamp() {
        return table().stamp();
    }

    /** Who is told of each change, when it counts; quick. For one. */
    public void whenChanged(Runnable told) {
        whenChanged = told;
    }

    /** What there is has perhaps changed. */
    void changed() {
        whenChanged.run();
    }

    /** Whether there are any, on whatever entity. */
    public boolean exist() {
        return !table().isEmpty();
    }

    /** Those of a name, on whatever entities. */
    public Collection<PolicyDefinition> named(String name) {
        return table().named(name);
    }

    /** Those of a queue or topic, or of the namespace, by name. Fails with EntityNotFound. */
    public List<AccessPolicy> list(@Nullable EntityPath path) {
        EntityDefinition entity = entity(path);
        return table().of(idOf(entity)).stream()
                .map(policy -> policy.describe(entity))
                .sorted(Comparator.comparing(AccessPolicy::name))
                .toList();
    }

    /**
     * One policy.
     *
     * @throws BrokerException EntityNotFound
     */
    public AccessPolicy require(@Nullable EntityPath path, String name) {
        EntityDefinition entity = entity(path);
        return require(entity, name).describe(entity);
    }

    /** Creates one. Fails with EntityNotFound, EntityAlreadyExists, QuotaExceeded. */
    public CompletableFuture<AccessPolicy> create(AccessPolicy policy, SecureRandom random) {
        return definitions.change(true, journal -> {
            EntityDefinition entity = entity(policy.entity());
            String title = AccessPolicy.titleOf(policy.entity());
            if (entity != null && entity.temporary()) {
                throw new BrokerException(
                        ErrorCode.InvalidOperation,
                        entity.title() + " is temporary: it belongs to who has made it, and has no policies");
            }
            if (table().find(idOf(entity), policy.name()) != null) {
                throw new BrokerException(
                        ErrorCode.EntityAlreadyExists,
                        "there is a policy '" + policy.name() + "' of " + title
                                + " already: update it, or choose another name");
            }
            table().checkRoomFor(idOf(entity), title);
            AccessKey primary = policy.primaryKey();
            AccessKey secondary = policy.secondaryKey();
            PolicyDefinition now = new PolicyDefinition(
                    journal.nextId(),
                    idOf(entity),
                    policy.name(),
                    policy.claims(),
                    primary == null ? AccessKey.random(random) : primary,
                    secondary == null ? AccessKey.random(random) : secondary);
            return put(journal, now, true, entity);
        });
    }

    /** Gives one other claims, and keys where they are given. Fails with EntityNotFound. */
    public CompletableFuture<AccessPolicy> update(AccessPolicy policy) {
        return definitions.change(false, journal -> {
            EntityDefinition entity = entity(policy.entity());
            PolicyDefinition before = require(entity, policy.name());
            AccessKey primary = policy.primaryKey();
            AccessKey secondary = policy.secondaryKey();
            PolicyDefinition now = new PolicyDefinition(
                    before.id(),
                    before.entityId(),
                    before.name(),
                    policy.claims(),
                    primary == null ? before.primaryKey() : primary,
                    secondary == null ? before.secondaryKey() : secondary);
            return put(journal, now, false, entity);
        });
    }

    private CompletableFuture<AccessPolicy> put(
            DefinitionJournal journal, PolicyDefinition now, boolean isNew, @Nullable EntityDefinition entity) {
        return journal.putPolicy(now, isNew).thenApply(durable -> {
            table().put(now);
            changed();
            return now.describe(entity);
        });
    }

    /** Deletes one. Fails with EntityNotFound. */
    public CompletableFuture<Void> delete(@Nullable EntityPath path, String name) {
        return definitions.change(false, journal -> {
            PolicyDefinition gone = require(entity(path), name);
            return journal.remove(List.of(), List.of(), List.of(gone)).thenAccept(durable -> {
                table().remove(gone);
                changed();
            });
        });
    }

    private PolicyTable table() {
        return definitions.current().policies();
    }

    private @Nullable EntityDefinition entity(@Nullable EntityPath path) {
        AccessPolicy.requireScope(path);
        return path == null ? null : definitions.require(path);
    }

    private static long idOf(@Nullable EntityDefinition entity) {
        return entity == null ? NAMESPACE : entity.id();
    }

    private PolicyDefinition require(@Nullable EntityDefinition entity, String name) {
        PolicyDefinition found = table().find(idOf(entity), name);
        if (found == null) {
            throw new BrokerException(
                    ErrorCode.EntityNotFound,
                    "there is no policy '" + name + "' of "
                            + AccessPolicy.titleOf(entity == null ? null : entity.path()));
        }
        return found;
    }
}
