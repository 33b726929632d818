/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

/**
 * Names under which selectors and front doors know the fields of a message that are neither header fields of Jakarta
 * Messaging nor properties of the application.
 *
 * <p>Stateless, thread safe.
 */
public final class FieldNames {

    /** Session id; String. */
    public static final String GROUP_ID = "JMSXGroupID";
    /** Number within the session; int. */
    public static final String GROUP_SEQUENCE = "JMSXGroupSeq";
    /** Deliveries, the one being made included; int. */
    public static final String DELIVERY_COUNT = "JMSXDeliveryCount";
    /** Partition key (rule P3); String. */
    public static final String PARTITION_KEY = "JMS_SB_PartitionKey";
    /** The application's own message id (rule U6); String. */
    public static final String MESSAGE_ID = "JMS_SB_MessageId";
    /** Content type; String. */
    public static final String CONTENT_TYPE = "JMS_SB_ContentType";
    /** To, which routes nothing; String. */
    public static final String TO = "JMS_SB_To";
    /** Session id that an answer is to have; String. */
    public static final String REPLY_TO_SESSION_ID = "JMS_SB_ReplyToSessionId";
    /** Sequence number in the entity (rule N1); long. */
    public static final String SEQUENCE_NUMBER = "JMS_SB_SequenceNumber";
    /** Sequence number in the first entity (rule N2); long. */
    public static final String ENQUEUED_SEQUENCE_NUMBER = "JMS_SB_EnqueuedSequenceNumber";
    /** Wall time of the enqueuing, ms since the epoch; long. */
    public static final String ENQUEUED_TIME = "JMS_SB_EnqueuedTime";
    /** Wall time at which the lock ends, ms since the epoch; long. */
    public static final String LOCKED_UNTIL = "JMS_SB_LockedUntil";
    /** What the message is in its entity; String. */
    public static final String STATE = "JMS_SB_State";
    /** Expiry that a dead-lettered message had (rule T7), ms since the epoch; long. */
    public static final String ORIGINAL_EXPIRATION = "JMS_SB_OriginalExpiration";

    private FieldNames() {}
}
