/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The bus: entities over partitions. Speaks futures and plain values and never blocks, so that any front door can stand
 * before it.
 *
 * <p>Thread safe. Futures fail with {@link BrokerException}, not wrapped. They complete on threads of the broker or of
 * whoever drives the partition: dependants must be quick and must not block. It is closed by who has opened it, see {@link
 * OpenedNamespace}; then everything fails with {@code Closed}.
 */
public interface Namespace extends Administration, Transactions {

    /** The store's UUID: the same for every connection to the same data. */
    UUID id();

    /** Number of partitions (rule P1). */
    int partitions();

    /** The settings it was opened with. */
    NamespaceConfig config();

    /** Whether it is not closed yet, so that it is worth while to begin anything. */
    boolean isOpen();

    /** Whether there are shared access policies, of the namespace or of any entity (rule Q6). */
    boolean hasPolicies();

    /**
     * The namespace as somebody may use it who comes with the name of a policy and one of its two keys: with the claims of
     * every policy of that name that has the key, of the namespace and of entities (rule Q6). Each call is checked when it is
     * made, so that a change of policies counts at once for what is open; what is refused fails with Unauthorized.
     *
     * <p>Send is needed to send, to schedule and to cancel that, and for what an entity is to forward to. Listen is needed to
     * receive, to settle and to look, in dead-letter queues too, and for subscriptions that applications make for themselves.
     * Manage is needed for everything else and allows all of it. To give back what was received, nothing is needed.
     *
     * <p>Two that are asked for with the same name and key are equal: policies allow both the same, now and later. Only a
     * temporary entity is the one's that has made it; transactions of either may settle what was received from it.
     *
     * @param user the policy's name
     * @throws BrokerException Unauthorized if no policy of that name has that key
     */
    Namespace authorize(String user, String key);

    /**
     * Lets pass whoever has a claim on an entity, or on the namespace, so that a front door can refuse early. Only what {@link
     * #authorize} gave refuses; every call checks for itself all the same.
     *
     * @throws BrokerException Unauthorized
     */
    void requireClaim(Claim claim, EntityPath path);

    /**
     * Makes sure the entity of a path is there and says what holds for its messages: creates a plain queue or topic on first
     * use if {@code create} is set and the namespace allows it, else fails with EntityNotFound (rule W5).
     */
    CompletableFuture<EntitySettings> resolve(EntityPath path, boolean create);

    /**
     * Sends a message. Completes with its sequence number when it is durable (a non-persistent one: when it is
     * enqueued); one that was sent with a delay gets another at its time (rule N4). Waits for room up to the operation
     * time-out, then fails with {@code Timeout} or {@code QuotaExceeded}.
     *
     * <p>To a topic: every subscription whose filter matches gets a copy with a number of its own and the topic's number as
     * enqueued sequence number (rule N2), all of them in one atomic batch, or none if one is full. That nobody takes it is
     * no failure.
     */
    CompletableFuture<Long> send(EntityPath destination, Message message);

    /**
     * Sends a message that is to be enqueued at a time (rule N3). Completes as {@link #send} does, with the number by which
     * {@link #cancelScheduled} finds it until then; it is enqueued with another (rule N4). One whose time is over is sent at
     * once. Whatever the profile, its time to live counts from then (rule T8), and sent to a topic it lies there until
     * then: which subscriptions take it is found out at its time.
     *
     * @param message any delay of its own is not looked at
     */
    CompletableFuture<Long> schedule(EntityPath destination, Message message, Instant enqueueAt);

    /**
     * Removes messages that wait for their time: scheduled ones, and those that were sent with a delay. Each for itself:
     * fails with MessageNotFound, naming those that are not there or were enqueued already, when the others are gone (rule
     * N3).
     */
    CompletableFuture<Void> cancelScheduled(EntityPath destination, Collection<Long> sequenceNumbers);

    /**
     * Takes a sequence number for a message that a transaction will schedule in this partition, see {@link
     * OutgoingMessage}. If it never does, there is a gap (rule X6).
     */
    CompletableFuture<Long> reserveNumber(EntityPath destination, int partition);

    /**
     * The partition a message would go to by its key, or -1 if it has none and any will do (rules P3 to P6). Fails at
     * once if the message could not be sent there at all: with InvalidOperation when keys contradict each other
     * (rule P4), with MessageSizeExceeded (rules Q1 and Q2), with EntityNotFound.
     */
    int partitionOf(EntityPath destination, Message message);

    /**
     * Opens a receiver of a queue, a subscription or one's dead-letter queue. Where sessions are required it takes the next
     * free session and its messages, and moves on to another when that is dry and nothing of it is unsettled. Fails with EntityNotFound at the first receive
     * if the entity is gone by then.
     *
     * @throws BrokerException EntityNotFound, InvalidOperation for a topic, or for a filter where sessions are required
     */
    Receiver openReceiver(EntityPath source, ReceiverOptions options);

    /**
     * Receives deferred messages by their numbers, all of them or none (rules F2, F3), in the order in which they are named;
     * one that is named twice comes once. Fails with MessageNotFound, naming those that are not there: a number that no
     * deferred message has, one that another receiver has locked, or one that is expired, which goes now (rule F4).
     *
     * <p>In receive-and-delete, messages of one partition are removed in one batch. If a partition fails before it has
     * removed its own while others have, what was removed is given out and the rest stays deferred: nothing is lost.
     *
     * @param source a queue, a subscription or one's dead-letter queue
     * @param sequenceNumbers at most 250
     * @param options without a filter
     */
    CompletableFuture<List<Delivery>> receiveDeferred(
            EntityPath source, Collection<Long> sequenceNumbers, ReceiverOptions options);

    /**
     * Takes a session of an entity that requires sessions: one by its name, with or without messages, or the next free one
     * that has messages (rule G2), longest free first. Fails with SessionCannotBeLocked if another receiver holds the
     * named one. For a free one it waits as long as its caller does: a future that is cancelled, or ended by a time-out,
     * gets no session, and one that is on its way goes back.
     *
     * @param sessionId at most 128 characters, also none, or null for the next free one
     */
    CompletableFuture<SessionReceiver> acceptSession(
            EntityPath source, @Nullable String sessionId, SessionOptions options);

    /** Settles one delivery; completes when that is durable. Fails with MessageLockLost (rule L7). */
    CompletableFuture<Void> settle(LockToken token, Settlement settlement);

    /**
     * Settles several, each for itself, in order. Never fails: every outcome is in the list, in the order of the tokens.
     */
    CompletableFuture<List<SettlementOutcome>> settleAll(List<LockToken> tokens, Settlement settlement);

    /** Renews a lock and gives the wall time, in ms, until which it holds now (rule L4). */
    CompletableFuture<Long> renew(LockToken token);
}
