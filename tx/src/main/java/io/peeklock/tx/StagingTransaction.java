/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.message.PropertyCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stages the work of a transaction, whoever is to end it: checks it against keys, partitions and limits, and keeps it (rules X1,
 * X3, P9 to P11).
 *
 * <p>As {@link Transaction}; what is below it guards its own state by the same lock.
 */
abstract class StagingTransaction implements Transaction {
    private final Namespace namespace;
    private final PartitionPin pin;
    private final IntSupplier anyPartition;
    private final TransactionRoom room;
    private final StagedWork work = new StagedWork();
    private final ReentrantLock lock = new ReentrantLock();
    private final CompletableFuture<Void> unlocked = new CompletableFuture<>();
    private boolean unlocking;
    /** Where schedules without a key go while nothing ties the transaction to a partition. */
    private int scheduleAt = PartitionPin.NONE;

    StagingTransaction(Namespace namespace, TransactionSettings settings, PartitionPin pin, IntSupplier anyPartition) {
        this.namespace = namespace;
        this.pin = pin;
        this.anyPartition = anyPartition;
        this.room = new TransactionRoom(settings);
    }

    /** Refuses what comes when it takes no more work. Called under the lock. */
    abstract void requireActive();

    /** It has work now. Called under the lock, at each operation that staged something. */
    void begun() {}

    /** What was received, or a session that is held, is lost, so that the commit will be refused. Called without the lock. */
    void lockLost(BrokerException why) {}

    final <T extends @Nullable Object> T locked(Supplier<T> what) {
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }

    /** Fails if it has ended. */
    private void whileActive(Runnable what) {
        lock.lock();
        try {
            requireActive();
            what.run();
        } finally {
            lock.unlock();
        }
    }

    /** What is to be committed or prepared. */
    final StagedParts parts() {
        return locked(() -> {
            int pinned = pin.partition();
            boolean isFree = pinned == PartitionPin.NONE && work.hasUnkeyed();
            return new StagedParts(work.partitionOfUnkeyed(pinned), isFree, at -> locked(() -> work.parts(at)));
        });
    }

    /** After {@link #unlock}, or a commit: it has nothing left. */
    final void dropWork() {
        locked(() -> {
            work.drop();
            return work;
        });
    }

    /** It is prepared: the bus has what is to be done, and holds the sessions of it. */
    final void handOver() {
        locked(() -> {
            work.handOver();
            return work;
        });
    }

    /** The bus has what is to be sent, or may have it; what was received may have to be unlocked still. */
    final void dropAllButReceived() {
        locked(() -> {
            work.dropAllButReceived();
            return work;
        });
    }

    /**
     * Prepares it: alone of the branches of its global transaction, if it has sends without a key that may go anywhere, so that no
     * other one chooses another partition meanwhile.
     */
    final CompletableFuture<XaAnswer> whileNobodyElseChooses(Supplier<CompletableFuture<XaAnswer>> prepare) {
        return locked(work::hasUnkeyed) ? pin.whileNobodyElseChooses(prepare) : prepare.get();
    }

    /** Its sends without a key, if it has any, are prepared there: other branches of its global transaction follow them. */
    final void lies(int there) {
        if (locked(work::hasUnkeyed)) {
            pin.taken(there);
        }
    }

    /**
     * Unlocks what was received, in the order it came, counting (rule L6); the first time only. Locks that are lost meanwhile need
     * no abandoning, so single outcomes do not matter here. What has an owner is not unlocked but given back to it, before this
     * returns.
     *
     * @return completes when all is available again; never fails
     */
    final CompletableFuture<Void> unlock() {
        Map<LockToken, MessageOwner> owned = new LinkedHashMap<>();
        // In one step: another thread that comes second may drop the work.
        List<LockToken> received = locked(() -> {
            List<LockToken> first = unlocking ? null : takeOwned(work.received(), owned);
            unlocking = true;
            return first;
        });
        if (received != null) {
            owned.forEach((token, owner) -> owner.takeBack(token));
            CompletableFuture<?> abandoned = received.isEmpty()
                    ? CompletableFuture.completedFuture(null)
                    : namespace.settleAll(received, Settlement.ABANDON);
            abandoned.whenComplete((outcomes, failure) -> unlocked.complete(null));
        }
        return unlocked.copy();
    }

    /** Those that have no owner. */
    private List<LockToken> takeOwned(List<LockToken> received, Map<LockToken, MessageOwner> owned) {
        List<LockToken> others = new ArrayList<>(received.size());
        for (LockToken token : received) {
            MessageOwner owner = work.ownerOf(token);
            if (owner == null) {
                others.add(token);
            } else {
                owned.put(token, owner);
            }
        }
        return others;
    }

    /**
     * Unlocks what was received of a session, in the order it came, counting (rule L6): then the session may go. The locks are
     * lost by that, so the transaction can only be rolled back, which unlocks the rest.
     *
     * @return completes when it is available again; never fails
     */
    final CompletableFuture<Void> unlock(SessionToken session) {
        List<LockToken> received = locked(() -> unlocking ? List.of() : work.receivedOf(session));
        return received.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : namespace.settleAll(received, Settlement.ABANDON).handle((outcomes, failure) -> null);
    }

    @Override
    public final int partition() {
        return isTimedOut() ? PartitionPin.NONE : pin.partition();
    }

    @Override
    public final @Nullable String key() {
        return isTimedOut() ? null : pin.key();
    }

    @Override
    public final boolean needs(SessionToken session) {
        return locked(() -> work.needs(session));
    }

    @Override
    public final boolean isEmpty() {
        return locked(work::isEmpty);
    }

    @Override
    public final int room() {
        return locked(room::forReceives);
    }

    @Override
    public final void requireRoom(int messages) {
        whileActive(() -> room.requireForReceive(messages));
    }

    @Override
    public final void send(EntityPath destination, Message message) {
        whileActive(() -> {
            room.requireForSend(destination, message);
            PartitionPin.Place place = pin.admit(namespace, destination, message);
            work.send(place.partition(), new OutgoingMessage(destination, message).stagedFor(place.entityId()));
            room.sent(message);
            begun();
        });
    }

    @Override
    public final CompletableFuture<Long> schedule(EntityPath destination, Message message, Instant enqueueAt) {
        PartitionPin.Place place;
        int partition;
        lock.lock();
        try {
            requireActive();
            room.requireForSend(destination, message);
            place = pin.check(namespace, destination, message);
            partition = place.partition() == PartitionPin.NONE ? partitionOfUnkeyed() : place.partition();
        } finally {
            lock.unlock();
        }
        return namespace
                .reserveNumber(destination, partition)
                .whenComplete((number, failure) -> {
                    if (failure != null) {
                        tryElsewhereThan(partition);
                    }
                })
                .thenApply(number -> {
                    OutgoingMessage scheduled = OutgoingMessage.scheduled(destination, message, enqueueAt, number);
                    whileActive(() -> {
                        room.requireForSend(destination, message);
                        pin.admit(place, partition, destination);
                        work.send(partition, scheduled.stagedFor(place.entityId()));
                        room.sent(message);
                        begun();
                    });
                    return number;
                });
    }

    /** A number lies in a partition, so one is chosen: where there is work, if there is. */
    private int partitionOfUnkeyed() {
        if (pin.partition() != PartitionPin.NONE) {
            return pin.partition();
        }
        if (scheduleAt == PartitionPin.NONE) {
            int ofWork = work.anyPartition();
            scheduleAt = ofWork == PartitionPin.NONE ? anyPartition.getAsInt() : ofWork;
        }
        return scheduleAt;
    }

    private void tryElsewhereThan(int partition) {
        lock.lock();
        try {
            if (scheduleAt == partition) {
                scheduleAt = PartitionPin.NONE;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final void enlist(List<Delivery> deliveries, @Nullable MessageOwner owner) {
        List<LockToken> tokens =
                deliveries.stream().map(Delivery::requireLockToken).toList();
        whileActive(() -> {
            room.requireForReceive(tokens.size());
            pin.admit(namespace, deliveries);
            tokens.forEach(token -> work.receive(token, owner));
            room.received(tokens.size());
            begun();
        });
    }

    @Override
    public final CompletableFuture<Void> settle(StagedSettlement settlement) {
        LockToken token = settlement.token();
        whileActive(() -> requireReceived(token));
        PartitionCommit alone = new PartitionCommit(token.partition(), List.of(), List.of(settlement), List.of());
        return checked(alone, () -> {
            long more = bytesOf(settlement.settlement()) - bytesOf(requireReceived(token));
            room.requireBytes(more, "the settlement of message " + token.sequenceNumber());
            room.hold(more);
            work.settle(settlement);
        });
    }

    /** Stages what the commit would not refuse now. */
    private CompletableFuture<Void> checked(PartitionCommit alone, Runnable staging) {
        return namespace
                .check(alone)
                .whenComplete((nothing, failure) -> {
                    BrokerException why = Committing.why(failure);
                    if (why != null && isLockLost(why)) {
                        lockLost(why);
                    }
                })
                .thenRun(() -> whileActive(staging));
    }

    private static boolean isLockLost(BrokerException why) {
        return why.code() == ErrorCode.MessageLockLost || why.code() == ErrorCode.SessionLockLost;
    }

    private Settlement requireReceived(LockToken token) {
        Settlement now = work.settlementOf(token);
        if (now == null) {
            throw new BrokerException(
                    ErrorCode.MessageLockLost,
                    "message " + token.sequenceNumber()
                            + " is none of this transaction: it was received in one that"
                            + " has been committed or rolled back");
        }
        return now;
    }

    private static long bytesOf(Settlement settlement) {
        Map<String, @Nullable Object> properties = Map.of();
        if (settlement instanceof Settlement.Abandon abandon) {
            properties = abandon.properties();
        } else if (settlement instanceof Settlement.Defer defer) {
            properties = defer.properties();
        } else if (settlement instanceof Settlement.DeadLetter deadLetter) {
            properties = deadLetter.properties();
        }
        return properties.isEmpty() ? 0 : PropertyCodec.encodeMap(properties).length;
    }

    @Override
    public final CompletableFuture<Void> setSessionState(EntityPath entity, StagedSessionState state) {
        SessionToken session = state.session();
        whileActive(() -> {});
        PartitionCommit alone = new PartitionCommit(session.partition(), List.of(), List.of(), List.of(state));
        return checked(alone, () -> {
            long more = bytesOf(state) - bytesOf(work.stateOf(session));
            room.requireBytes(more, "the state of session " + session.sessionId());
            pin.admit(namespace, entity, session);
            room.hold(more);
            work.set(state);
            begun();
        });
    }

    private static long bytesOf(@Nullable StagedSessionState staged) {
        byte[] state = staged == null ? null : staged.state();
        return state == null ? 0 : state.length;
    }

    @Override
    public final @Nullable StagedSessionState stagedState(SessionToken session) {
        return locked(() -> hasEnded() ? null : work.stateOf(session));
    }
}
