/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.SessionDemand;
import io.peeklock.broker.partition.SessionGrant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Opens receivers, session by session where an entity requires it, and lists sessions (rules G2, G8).
 *
 * <p>Thread safe. What cannot be is thrown at once.
 */
final class Sessions {
    private static final int MAX_LIST = 1000;
    private static final int MAX_ID_CHARS = 128;

    private final PartitionSet partitions;

    Sessions(PartitionSet partitions) {
        this.partitions = partitions;
    }

    static boolean requires(EntityDefinition definition, EntityPath path) {
        return !path.deadLetter() && definition.settings().options().sessionRequired();
    }

    /** A receiver of messages: of single ones, or of those of one free session after the other. */
    Receiver open(EntityDefinition definition, EntityPath path, ReceiverOptions options) {
        EntityRoute route = partitions.route(definition);
        BrokerException forwards = path.deadLetter() ? null : definition.forwardRefusal();
        if (forwards != null) {
            throw forwards;
        }
        if (!requires(definition, path)) {
            return new PartitionedReceiver(route, path.deadLetter(), options, partitions.all());
        }
        if (options.filter() != null) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    path + " requires sessions: its messages are taken session by session, in order, not by a filter;"
                            + " name a session instead (selector JMSXGroupID = 'x'), or filter in a subscription");
        }
        SessionDemand demand = new SessionDemand(options.sessionId(), true);
        return new PartitionedReceiver(route, false, options, partitions.all(), demand);
    }

    CompletableFuture<SessionReceiver> accept(
            EntityDefinition definition, EntityPath path, @Nullable String sessionId, SessionOptions options) {
        if (!requires(definition, path)) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    path.deadLetter()
                            ? path + " has no sessions, as no dead-letter queue has: receive its messages"
                            : path + " does not require sessions: receive its messages, or create it with"
                                    + " sessionRequired");
        }
        if (sessionId != null && sessionId.length() > MAX_ID_CHARS) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "a session id has at most " + MAX_ID_CHARS + " characters, not " + sessionId.length());
        }
        ReceiverOptions how = new ReceiverOptions(options.mode(), null, options.autoRenew())
                .heldBy(options.holder())
                .telling(options.lockLost());
        PartitionedReceiver receiver = new PartitionedReceiver(
                partitions.route(definition),
                false,
                how,
                partitions.all(),
                new SessionDemand(sessionId, false, options.heals()));
        CompletableFuture<SessionReceiver> accepted = new CompletableFuture<>();
        CompletableFuture<SessionGrant> granted =
                sessionId == null ? receiver.acceptNext() : receiver.accept(sessionId);
        granted.whenComplete((grant, failure) -> {
            if (failure != null) {
                accepted.completeExceptionally(failure);
            } else {
                accepted.complete(
                        new HeldSession(receiver, partitions.get(grant.token().partition()), grant));
            }
        });
        accepted.whenComplete((held, failure) -> {
            if (failure != null) {
                // Refused, or its owner waits no longer: what comes for it is given back.
                granted.cancel(false);
                receiver.close();
            }
        });
        return accepted;
    }

    /** By their ids; those in partitions that are out are passed over. */
    CompletableFuture<List<SessionInfo>> list(
            EntityDefinition definition, EntityPath path, @Nullable String after, int max) {
        if (max < 1 || max > MAX_LIST) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation, "a list has 1 to " + MAX_LIST + " sessions, not " + max);
        }
        if (!requires(definition, path)) {
            return CompletableFuture.completedFuture(List.of());
        }
        EntityRoute route = partitions.route(definition);
        CompletableFuture<List<SessionInfo>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (int partition : route.partitions()) {
            CompletableFuture<List<SessionInfo>> part = partitions
                    .get(partition)
                    .sessions(route.entityId(), after, max)
                    .exceptionally(failure -> Browsing.onlyIfOut(failure, List.of()));
            all = all.thenCombine(part, (sum, more) -> {
                sum.addAll(more);
                return sum;
            });
        }
        return all.thenApply(found -> found.stream()
                .sorted(Comparator.comparing(SessionInfo::sessionId))
                .limit(max)
                .toList());
    }
}
