/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A transaction as a session works in it: stages sends, settlements of what it received, and states of sessions (rules X1, P9
 * to P11).
 *
 * <p>For one thread at a time; time-outs, and who ends it, may come between. Nothing reaches the bus before it is committed or
 * prepared: sends are staged, received messages stay under their locks.
 */
public interface Transaction {

    /** Whether it takes no more work, and what it held is settled or no longer this session's to settle. */
    boolean hasEnded();

    /** Whether it was rolled back because its time was over (rule X2). */
    boolean isTimedOut();

    /**
     * The partition in which it works with partitioned entities and is fed from them (rule P11), or -1 while any will do, and
     * when its time was over. An unpartitioned entity is sent to and received from wherever it lies (rule X4).
     */
    int partition();

    /**
     * The key under which it works with partitioned entities, which is the session where those are required (rules P9, P10), or
     * null while any will do, and when its time was over.
     */
    @Nullable
    String key();

    /**
     * Whether it needs that session: it has received messages of it, or sets its state. Prepared work does not, since the bus keeps
     * the session for it.
     */
    boolean needs(SessionToken session);

    /** Whether it has anything to commit or to roll back. */
    boolean isEmpty();

    /**
     * Stages a send. Its sequence number is given at commit (rule X6).
     *
     * @throws BrokerException InvalidOperation if its entity is partitioned, and it belongs to another partition or has another key than the
     *     transaction (rules P9 to P11),
     *     MessageSizeExceeded if it is too large (rules Q1, Q2), QuotaExceeded if the transaction may not hold it beside
     *     what it has (rule X3), EntityNotFound: nothing is staged and the transaction stays usable. Timeout if the
     *     transaction's time was over
     */
    void send(EntityPath destination, Message message);

    /**
     * Stages a send that the commit schedules (rule N5). Completes when it is staged, with the number under which it will
     * wait, which is reserved at once (rule X6): so, if the entity is partitioned, the transaction has its partition from then on.
     *
     * @throws BrokerException as {@link #send}; the future fails with PartitionUnavailable too, or if the transaction has
     *     ended, filled up or got another partition meanwhile: it is tied to nothing by that
     */
    CompletableFuture<Long> schedule(EntityPath destination, Message message, Instant enqueueAt);

    /** How many received messages it may still take in. */
    int room();

    /**
     * Lets pass who is about to receive so many messages for it.
     *
     * @throws BrokerException QuotaExceeded if it may not hold them beside what it has: it stays usable. Timeout if its
     *     time was over
     */
    void requireRoom(int messages);

    /** Takes in one message, see {@link #enlist(List)}. */
    default void enlist(Delivery delivery) {
        enlist(List.of(delivery));
    }

    /**
     * Takes in messages received under locks, all of them or none; the commit completes them and a rollback abandons them.
     *
     * @throws BrokerException InvalidOperation if one is of a partitioned entity and lies in another partition or session than the
     *     transaction's (rules P10, P11), QuotaExceeded if the transaction may not hold so many: the caller still holds them.
     *     Timeout if the transaction's time was over
     */
    default void enlist(List<Delivery> deliveries) {
        enlist(deliveries, null);
    }

    /**
     * The same for who settles them after a rollback, or what else ends the transaction without effect, as long as it was not
     * prepared: they stay under their locks then, and are the owner's again, before the rollback is answered. A rollback of
     * prepared work does what the owner has said.
     *
     * @param owner null if a rollback is to abandon them
     */
    void enlist(List<Delivery> deliveries, @Nullable MessageOwner owner);

    /**
     * Stages what becomes of a message that the transaction has taken in, instead of its completion; the last one counts.
     * Completes when it is staged. Fails with what the commit would be refused with now (rules L7, L11, D1), or if the
     * transaction has ended meanwhile: then nothing is staged and the transaction stays usable.
     *
     * @throws BrokerException MessageLockLost if the message is none of this transaction. Timeout if the transaction's time
     *     was over
     */
    CompletableFuture<Void> settle(StagedSettlement settlement);

    /**
     * Stages a state of a session that is held (rule G6); the last one counts. Completes when it is staged. Fails with what
     * the commit would be refused with now (SessionLockLost, MessageSizeExceeded, QuotaExceeded), with InvalidOperation if
     * its entity is partitioned and the transaction has another session, key or partition (rules P10, P11), or if the transaction has ended meanwhile: then nothing is staged
     * and the transaction stays usable.
     *
     * @param entity what the session belongs to
     * @throws BrokerException Timeout if the transaction's time was over
     */
    CompletableFuture<Void> setSessionState(EntityPath entity, StagedSessionState state);

    /** The state that is staged for a session, or null if none is. */
    @Nullable
    StagedSessionState stagedState(SessionToken session);
}
