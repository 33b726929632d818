/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SettlementOutcome;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The namespace as the bearer of a key may use it: every call passes here and is refused without the claim that it needs (rule
 * Q6).
 *
 * <p>Thread safe. A claim that has gone is missed at the next call; giving back what was received needs none.
 */
final class ClaimedNamespace extends ClaimedTransactions {

    ClaimedNamespace(Namespace namespace, Bearer bearer, OpenClaims open, BranchOwners owners) {
        super(namespace, bearer, open, owners);
    }

    @Override
    public UUID id() {
        return namespace.id();
    }

    @Override
    public int partitions() {
        return namespace.partitions();
    }

    @Override
    public NamespaceConfig config() {
        return namespace.config();
    }

    @Override
    public boolean isOpen() {
        return namespace.isOpen();
    }

    /** What policies allow is looked up at each call, so they allow any two of one user the same. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClaimedNamespace view && view.bearer.isSameUser(bearer);
    }

    @Override
    public int hashCode() {
        return bearer.name().hashCode();
    }

    /** As that bearer, whoever this one is. */
    @Override
    public Namespace authorize(String user, String key) {
        return namespace.authorize(user, key);
    }

    @Override
    public boolean hasPolicies() {
        return namespace.hasPolicies();
    }

    @Override
    public void requireClaim(Claim claim, EntityPath path) {
        require(bearer.refusal(claim, path));
    }

    @Override
    public CompletableFuture<EntitySettings> resolve(EntityPath path, boolean create) {
        boolean creates = create && !bearer.knows(path);
        return checked(
                () -> creates ? bearer.refusalOfCreating(path) : bearer.refusalOfAny(path),
                () -> namespace.resolve(path, creates));
    }

    // ---- Sending

    @Override
    public CompletableFuture<Long> send(EntityPath destination, Message message) {
        BrokerException refusal = bearer.refusal(Claim.SEND, destination);
        return refusal == null ? namespace.send(destination, message) : CompletableFuture.failedFuture(refusal);
    }

    @Override
    public CompletableFuture<Long> schedule(EntityPath destination, Message message, Instant enqueueAt) {
        return checked(
                () -> bearer.refusal(Claim.SEND, destination),
                () -> namespace.schedule(destination, message, enqueueAt));
    }

    @Override
    public CompletableFuture<Void> cancelScheduled(EntityPath destination, Collection<Long> sequenceNumbers) {
        return checked(
                () -> bearer.refusal(Claim.SEND, destination),
                () -> namespace.cancelScheduled(destination, sequenceNumbers));
    }

    @Override
    public CompletableFuture<Long> reserveNumber(EntityPath destination, int partition) {
        return checked(
                () -> bearer.refusal(Claim.SEND, destination), () -> namespace.reserveNumber(destination, partition));
    }

    @Override
    public int partitionOf(EntityPath destination, Message message) {
        require(bearer.refusal(Claim.SEND, destination));
        return namespace.partitionOf(destination, message);
    }

    // ---- Receiving

    @Override
    public Receiver openReceiver(EntityPath source, ReceiverOptions options) {
        require(bearer.refusal(Claim.LISTEN, source));
        return new ClaimedReceiver(bearer, source, namespace.openReceiver(source, options), open);
    }

    @Override
    public CompletableFuture<List<Delivery>> receiveDeferred(
            EntityPath source, Collection<Long> sequenceNumbers, ReceiverOptions options) {
        return checked(
                () -> bearer.refusal(Claim.LISTEN, source),
                () -> namespace.receiveDeferred(source, sequenceNumbers, options));
    }

    @Override
    public CompletableFuture<SessionReceiver> acceptSession(
            EntityPath source, @Nullable String sessionId, SessionOptions options) {
        return checked(
                () -> bearer.refusal(Claim.LISTEN, source),
                () -> accepted(source, namespace.acceptSession(source, sessionId, options)));
    }

    private CompletableFuture<SessionReceiver> accepted(EntityPath source, CompletableFuture<SessionReceiver> asked) {
        CompletableFuture<SessionReceiver> accepted = new CompletableFuture<>();
        asked.whenComplete((session, failure) -> {
            if (failure != null) {
                accepted.completeExceptionally(failure);
                return;
            }
            SessionReceiver held = new ClaimedSession(bearer, source, session, open);
            BrokerException refusal = bearer.refusal(Claim.LISTEN, source);
            boolean given = refusal == null ? accepted.complete(held) : !accepted.completeExceptionally(refusal);
            if (refusal != null || !given) {
                held.close();
            }
        });
        // Whoever waits no longer gets none.
        accepted.whenComplete((session, failure) -> asked.cancel(false));
        return accepted;
    }

    // ---- Settling

    private @Nullable BrokerException refusal(LockToken token, Settlement settlement) {
        return isGivenBack(settlement) ? null : bearer.refusal(Claim.LISTEN, token);
    }

    /** Needs no claim: a message that is kept from others by who may not have it any more helps nobody. */
    private static boolean isGivenBack(Settlement settlement) {
        return settlement instanceof Settlement.Release
                || settlement instanceof Settlement.Abandon abandon
                        && abandon.properties().isEmpty()
                        && abandon.delayMs() == 0;
    }

    /** What is refused is given back: nobody else would, and a lock may be renewed by itself for ever. */
    @Override
    public CompletableFuture<Void> settle(LockToken token, Settlement settlement) {
        BrokerException refusal = refusal(token, settlement);
        if (refusal == null) {
            return namespace.settle(token, settlement);
        }
        namespace.settle(token, Settlement.ABANDON);
        return CompletableFuture.failedFuture(refusal);
    }

    @Override
    public CompletableFuture<List<SettlementOutcome>> settleAll(List<LockToken> tokens, Settlement settlement) {
        SettlementOutcome[] outcomes = new SettlementOutcome[tokens.size()];
        List<LockToken> allowed = new ArrayList<>(outcomes.length);
        List<LockToken> refused = new ArrayList<>();
        for (int i = 0; i < outcomes.length; i++) {
            LockToken token = tokens.get(i);
            BrokerException refusal = refusal(token, settlement);
            (refusal == null ? allowed : refused).add(token);
            outcomes[i] = refusal == null ? null : new SettlementOutcome(token, refusal);
        }
        if (refused.isEmpty()) {
            return namespace.settleAll(tokens, settlement);
        }
        namespace.settleAll(refused, Settlement.ABANDON);
        return namespace.settleAll(allowed, settlement).thenApply(done -> {
            Iterator<SettlementOutcome> next = done.iterator();
            for (int i = 0; i < outcomes.length; i++) {
                outcomes[i] = outcomes[i] == null ? next.next() : outcomes[i];
            }
            return List.of(outcomes);
        });
    }

    @Override
    public CompletableFuture<Long> renew(LockToken token) {
        BrokerException refusal = bearer.refusal(Claim.LISTEN, token);
        return refusal == null ? namespace.renew(token) : CompletableFuture.failedFuture(refusal);
    }
}
