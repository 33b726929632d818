/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;

/**
 * What a namespace allows its entities, which differs by profile.
 *
 * <p>Immutable.
 *
 * @param caseSensitiveNames whether {@code Orders} and {@code orders} are two names (rule W5)
 * @param oneNameSpace whether a queue and a topic may not have one name (rule W5)
 * @param minQueueBytes smallest size quota of a queue or topic (rule P2)
 * @param maxQueueBytes largest
 * @param queueBytesStep a size quota is a multiple of this
 * @param maxEntities queues and topics of a namespace (rule P13); temporary ones are not counted (rule W6)
 * @param maxPartitionedEntities partitioned ones among them (rule P13)
 * @param maxSubscriptions subscriptions of a topic (rule R7); temporary ones are not counted
 * @param maxOtherRules rules of a topic's subscriptions with other than correlation filters (rule R7); the rule
 *     {@code $Default} that a subscription begins with is not counted
 * @param maxCorrelationRules those with correlation filters (rule R7)
 * @param maxPolicies shared access policies of an entity, and of the namespace itself (rule Q6)
 */
public record EntityLimits(
        boolean caseSensitiveNames,
        boolean oneNameSpace,
        long minQueueBytes,
        long maxQueueBytes,
        long queueBytesStep,
        int maxEntities,
        int maxPartitionedEntities,
        int maxSubscriptions,
        int maxOtherRules,
        int maxCorrelationRules,
        int maxPolicies) {

    private static final long GIB = 1L << 30;
    private static final int MAX_ENTITIES = 10_000;
    private static final int MAX_PARTITIONED = 100;
    private static final int MAX_SUBSCRIPTIONS = 2_000;
    private static final int MAX_OTHER_RULES = 2_000;
    private static final int MAX_CORRELATION_RULES = 100_000;
    private static final int MAX_POLICIES = 12;

    /** Of profile jms: names as Jakarta Messaging has them, any size from 1 MB. */
    public static final EntityLimits JMS = new EntityLimits(
            true,
            false,
            QueueDescription.MIN_SIZE_BYTES,
            Long.MAX_VALUE,
            1,
            MAX_ENTITIES,
            MAX_PARTITIONED,
            MAX_SUBSCRIPTIONS,
            MAX_OTHER_RULES,
            MAX_CORRELATION_RULES,
            MAX_POLICIES);

    /** Of profile azure: names in any case, sizes of 1 to 5 GB by the GB. */
    public static final EntityLimits AZURE = new EntityLimits(
            false,
            true,
            GIB,
            5 * GIB,
            GIB,
            MAX_ENTITIES,
            MAX_PARTITIONED,
            MAX_SUBSCRIPTIONS,
            MAX_OTHER_RULES,
            MAX_CORRELATION_RULES,
            MAX_POLICIES);

    /** The form of a path under which it is looked up: a dead-letter queue under its entity's. */
    EntityPath key(EntityPath path) {
        if (caseSensitiveNames && !oneNameSpace && !path.deadLetter()) {
            return path;
        }
        EntityKind kind = oneNameSpace && path.kind() == EntityKind.TOPIC ? EntityKind.QUEUE : path.kind();
        String subscription = path.subscription();
        return new EntityPath(
                kind, canonicalName(path.name()), subscription == null ? null : canonicalName(subscription), false);
    }

    /** The form of a name under which it is looked up: two names are the same entity's if these are equal. */
    public String canonicalName(String name) {
        return caseSensitiveNames ? name : EntityNames.foldCase(name);
    }

    /** Whether a queue may have this size quota. */
    public boolean allowsSize(long bytes) {
        return bytes >= minQueueBytes && bytes <= maxQueueBytes && bytes % queueBytesStep == 0;
    }

    /**
     * Lets a description pass that these limits allow.
     *
     * @throws BrokerException InvalidOperation
     */
    public void check(EntityDescription description) {
        if (description instanceof QueueDescription queue) {
            checkSize(queue.path(), queue.maxSizeBytes());
        } else if (description instanceof TopicDescription topic) {
            checkSize(topic.path(), topic.maxSizeBytes());
        }
    }

    private void checkSize(EntityPath path, long size) {
        if (!allowsSize(size)) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    path.kind() + " '" + path + "': size of " + size + " bytes is not between " + minQueueBytes
                            + " and " + maxQueueBytes + (queueBytesStep == 1 ? "" : " in steps of " + queueBytesStep));
        }
    }
}
