/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
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
public interface Namespace {

    /** The store's UUID: the same for every connection to the same data. */
    UUID id();

    /** Number of partitions (rule P1). */
    int partitions();

    /** The settings it was opened with. */
    NamespaceConfig config();

    /**
     * Creates a queue and returns what was created, durably unless it is temporary: a temporary entity is in no journal, nor
     * are its messages, persistent ones included, and it is gone when the namespace is closed (rule W6). Fails with
     * EntityAlreadyExists.
     */
    CompletableFuture<QueueDescription> createQueue(QueueDescription queue);

    /** Changes the settings that may change; returns when every live partition has them (rule W4). */
    CompletableFuture<QueueDescription> updateQueue(QueueDescription queue);

    /** Deletes a queue with its messages. Fails with EntityNotFound. */
    CompletableFuture<Void> deleteQueue(String name);

    /** The queue's settings. Fails with EntityNotFound. */
    CompletableFuture<QueueDescription> queue(String name);

    /** All queues, by name. */
    CompletableFuture<List<QueueDescription>> queues();

    /** Creates a topic and returns what was created, as {@link #createQueue} does. */
    CompletableFuture<TopicDescription> createTopic(TopicDescription topic);

    /** Changes the settings that may change; returns when every live partition has them (rule W4). */
    CompletableFuture<TopicDescription> updateTopic(TopicDescription topic);

    /** Deletes a topic, its subscriptions and their messages. Fails with EntityNotFound. */
    CompletableFuture<Void> deleteTopic(String name);

    /** The topic's settings. Fails with EntityNotFound. */
    CompletableFuture<TopicDescription> topic(String name);

    /** All topics, by name. */
    CompletableFuture<List<TopicDescription>> topics();

    /**
     * Creates a subscription and returns what was created, as {@link #createQueue} does: it takes all matching messages
     * that are sent to its topic from then on, where the topic lies. Fails with EntityNotFound if there is no such topic,
     * EntityAlreadyExists, InvalidOperation if its selector cannot be parsed, or if it is not temporary and its topic is.
     */
    CompletableFuture<SubscriptionDescription> createSubscription(SubscriptionDescription subscription);

    /**
     * Changes the settings that may change, the filter too; returns when every live partition has them (rule W4). Messages
     * that it has taken stay, whatever the filter is now.
     */
    CompletableFuture<SubscriptionDescription> updateSubscription(SubscriptionDescription subscription);

    /** Deletes a subscription with its messages. Fails with EntityNotFound. */
    CompletableFuture<Void> deleteSubscription(String topic, String name);

    /** The subscription's settings. Fails with EntityNotFound. */
    CompletableFuture<SubscriptionDescription> subscription(String topic, String name);

    /** All subscriptions of a topic, by name. Fails with EntityNotFound if there is no such topic. */
    CompletableFuture<List<SubscriptionDescription>> subscriptions(String topic);

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
     * The partition a message would go to by its key, or -1 if it has none and any will do (rules P3 to P6). Fails at
     * once if the message could not be sent there at all: with InvalidOperation when keys contradict each other
     * (rule P4), with MessageSizeExceeded (rules Q1 and Q2), with EntityNotFound.
     */
    int partitionOf(EntityPath destination, Message message);

    /**
     * Opens a receiver of a queue, a subscription or one's dead-letter queue. Fails with EntityNotFound at the first receive
     * if the entity is gone by then.
     *
     * @throws BrokerException EntityNotFound, InvalidOperation for a topic
     */
    Receiver openReceiver(EntityPath source, ReceiverOptions options);

    /** Settles one delivery; completes when that is durable. Fails with MessageLockLost (rule L7). */
    CompletableFuture<Void> settle(LockToken token, Settlement settlement);

    /**
     * Settles several, each for itself, in order. Never fails: every outcome is in the list, in the order of the tokens.
     */
    CompletableFuture<List<SettlementOutcome>> settleAll(List<LockToken> tokens, Settlement settlement);

    /** Renews a lock and gives the wall time, in ms, until which it holds now (rule L4). */
    CompletableFuture<Long> renew(LockToken token);

    /** Does the work of a transaction in one partition atomically; completes when it is durable. */
    CompletableFuture<Void> commit(PartitionCommit work);

    /**
     * Looks at messages without taking them (rules N6, N7), in order of sequence number, from {@code fromSequenceNumber}
     * on. May find fewer than there are, where they are large; only an empty list means that there is nothing more.
     *
     * @param max 1 to 250
     */
    CompletableFuture<List<Delivery>> peek(EntityPath source, long fromSequenceNumber, int max);

    /**
     * Looks at messages without taking them in the order in which they would be received, partition by partition: those
     * that can be received and those that are locked. Bodies of messages that the filter does not want are not read.
     *
     * @param filter null for all
     * @param from {@link BrowsePosition#START}, or where the page before ended
     * @param max 1 to 250
     */
    CompletableFuture<BrowsePage> browse(
            EntityPath source, @Nullable MessageFilter filter, BrowsePosition from, int max);

    /** Counts of an entity (rule D6). A topic holds nothing: its subscriptions do. */
    CompletableFuture<EntityCounters> counters(EntityPath entity);

    /**
     * The state of every partition, and, under index -1, of the journal of definitions if nothing can be created, changed
     * or deleted.
     */
    List<PartitionHealth> health();

    /**
     * Loads a failed partition again from its journal, the others going on meanwhile.
     *
     * @param partition its index, or -1 for the journal of definitions
     */
    CompletableFuture<PartitionHealth> reopen(int partition);
}
