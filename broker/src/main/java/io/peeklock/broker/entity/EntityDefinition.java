/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.MalformedContentException;
import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An entity as the namespace knows it: its settings, under an id that no other entity ever has, in one of their versions.
 *
 * <p>Immutable. A record of the definitions' journal, and of each partition that holds a part of it, as {@link
 * DefinitionCodec} writes it; a temporary entity is in neither.
 *
 * @param id never used for another entity of the store; negative for a temporary entity, and then not for another one
 *     while the namespace is open
 * @param version 1 at creation, one more with each change
 * @param description the settings
 * @param topicId id of a subscription's topic, 0 for other kinds
 * @param partitioned whether it is spread over all partitions; a subscription is if its topic is
 * @param homePartition the partition of an unpartitioned one; a subscription's is its topic's
 */
public record EntityDefinition(
        long id, int version, EntityDescription description, long topicId, boolean partitioned, int homePartition) {

    public EntityDefinition {
        if (id == 0 || (id < 0) != description.temporary()) {
            throw new IllegalArgumentException("entity id " + id + " is not that of a "
                    + (description.temporary() ? "temporary" : "lasting") + " entity");
        }
        if (version <= 0) {
            throw new IllegalArgumentException("version " + version + " is not positive");
        }
        if ((topicId != 0) != (description instanceof SubscriptionDescription)) {
            throw new IllegalArgumentException("topic id " + topicId + " of " + description.path());
        }
        if (homePartition < 0 || partitioned && homePartition != 0) {
            throw new IllegalArgumentException("home partition " + homePartition + " is impossible");
        }
    }

    /** Of a queue. */
    public EntityDefinition(long id, int version, QueueDescription queue) {
        this(id, version, queue, 0, queue.partitioned(), queue.homePartition());
    }

    /** Of a topic. */
    public EntityDefinition(long id, int version, TopicDescription topic) {
        this(id, version, topic, 0, topic.partitioned(), topic.homePartition());
    }

    /** Of a subscription. */
    public EntityDefinition(long id, int version, SubscriptionDescription subscription, EntityDefinition topic) {
        this(id, version, subscription, topic.id, topic.partitioned, topic.homePartition);
    }

    /** What it is called. */
    public EntityPath path() {
        return description.path();
    }

    public EntityKind kind() {
        if (topicId != 0) {
            return EntityKind.SUBSCRIPTION;
        }
        return description instanceof TopicDescription ? EntityKind.TOPIC : EntityKind.QUEUE;
    }

    /** Largest message that can be sent to it (rule Q1). */
    public int maxMessageBytes() {
        if (description instanceof QueueDescription queue) {
            return queue.maxMessageBytes();
        }
        return description instanceof TopicDescription topic
                ? topic.maxMessageBytes()
                : QueueDescription.MAX_MESSAGE_BYTES;
    }

    /** Its path as text. */
    public String name() {
        return path().toString();
    }

    /** Kind and name, for errors. */
    public String title() {
        return kind() + " '" + name() + "'";
    }

    public boolean temporary() {
        return description.temporary();
    }

    /** Why nothing can be sent to it, or null (rule W3). */
    public @Nullable BrokerException sendRefusal() {
        return description.options().status().allowsSend() ? null : disabled("sending to ");
    }

    /** Why nothing can be received from it, nor from a topic's subscriptions, or null (rule W3). */
    public @Nullable BrokerException receiveRefusal() {
        return description.options().status().allowsReceive() ? null : disabled("receiving from ");
    }

    /** Why its messages cannot be received where they are, whatever its status, or null: they go on (rule W1). */
    public @Nullable BrokerException forwardRefusal() {
        String destination = description.options().forwardTo();
        return destination == null
                ? null
                : new BrokerException(
                        ErrorCode.InvalidOperation,
                        "receiving from " + title() + " is not possible: it forwards its messages to '" + destination
                                + "'; receive there, or from its dead-letter queue");
    }

    private BrokerException disabled(String what) {
        return new BrokerException(
                ErrorCode.EntityDisabled,
                what + title() + " is disabled: its status is "
                        + description.options().status() + "; set it to ACTIVE, or wait until somebody does");
    }

    /** The settings of a queue. */
    public QueueDescription queue() {
        return (QueueDescription) description;
    }

    /** The settings of a topic. */
    public TopicDescription topic() {
        return (TopicDescription) description;
    }

    /** The settings of a subscription. */
    public SubscriptionDescription subscription() {
        return (SubscriptionDescription) description;
    }

    /** What holds for its messages; of a subscription without what its topic adds. */
    public EntitySettings settings() {
        if (description instanceof QueueDescription queue) {
            return new EntitySettings(
                    id,
                    queue.temporary(),
                    partitioned,
                    homePartition,
                    queue.lockDuration(),
                    queue.maxDeliveryCount(),
                    queue.defaultTimeToLive(),
                    queue.deadLetterOnExpiry(),
                    queue.maxSizeBytes(),
                    queue.maxMessageBytes(),
                    queue.options());
        }
        if (description instanceof TopicDescription topic) {
            return new EntitySettings(
                    id,
                    topic.temporary(),
                    partitioned,
                    homePartition,
                    QueueDescription.MAX_LOCK_DURATION,
                    Integer.MAX_VALUE,
                    topic.defaultTimeToLive(),
                    false,
                    topic.maxSizeBytes(),
                    topic.maxMessageBytes(),
                    topic.options());
        }
        SubscriptionDescription subscription = subscription();
        return new EntitySettings(
                id,
                subscription.temporary(),
                partitioned,
                homePartition,
                subscription.lockDuration(),
                subscription.maxDeliveryCount(),
                subscription.defaultTimeToLive(),
                subscription.deadLetterOnExpiry(),
                Long.MAX_VALUE,
                maxMessageBytes(),
                subscription.options());
    }

    /** The next version, with other settings. */
    EntityDefinition changedTo(EntityDescription next) {
        return new EntityDefinition(id, Math.incrementExact(version), next, topicId, partitioned, homePartition);
    }

    /** The record's bytes. */
    public byte[] encode() {
        return DefinitionCodec.encode(this);
    }

    /** The same as a body for a batch. */
    public RecordBody toRecord() {
        return RecordBody.of(encode());
    }

    /**
     * The definition that all of the buffer's remaining bytes are.
     *
     * @throws MalformedContentException if they are none of this format
     */
    public static EntityDefinition decode(ByteBuffer in) {
        return DefinitionCodec.decode(in);
    }
}
