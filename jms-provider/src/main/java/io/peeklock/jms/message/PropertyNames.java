/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.broker.selector.FieldNames;
import io.peeklock.broker.selector.Selector;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names of message properties: which are allowed, and those with a meaning of their own.
 *
 * <p>Stateless, thread safe.
 */
public final class PropertyNames {

    /** Session (message group) the message belongs to; String. */
    public static final String GROUP_ID = FieldNames.GROUP_ID;
    /** Number of the message within its group; int. */
    public static final String GROUP_SEQUENCE = FieldNames.GROUP_SEQUENCE;
    /** Deliveries so far, this one included; int, set by the provider on receive. */
    public static final String DELIVERY_COUNT = FieldNames.DELIVERY_COUNT;

    /** Who has sent it, if users are asked for; String, set by the provider on send. */
    public static final String USER_ID = "JMSXUserID";
    /** Which application has sent it: its connection's client identifier; String, set by the provider on send. */
    public static final String APPLICATION_ID = "JMSXAppID";

    /** Partition key (rule P3); String, settable. */
    public static final String PARTITION_KEY = FieldNames.PARTITION_KEY;
    /** The application's own message id, for duplicate detection (rule U6); String, settable. */
    public static final String MESSAGE_ID = FieldNames.MESSAGE_ID;
    /** Content type; String, settable. */
    public static final String CONTENT_TYPE = FieldNames.CONTENT_TYPE;
    /** The message's To field, which routes nothing; String, settable. */
    public static final String TO = FieldNames.TO;
    /** Group that an answer is to belong to; String, settable. */
    public static final String REPLY_TO_SESSION_ID = FieldNames.REPLY_TO_SESSION_ID;

    /** Sequence number in the entity (rule N1); long. */
    public static final String SEQUENCE_NUMBER = FieldNames.SEQUENCE_NUMBER;
    /** Sequence number in the first entity (rule N2); long. */
    public static final String ENQUEUED_SEQUENCE_NUMBER = FieldNames.ENQUEUED_SEQUENCE_NUMBER;
    /** Wall time of the enqueuing, ms since the epoch; long. */
    public static final String ENQUEUED_TIME = FieldNames.ENQUEUED_TIME;
    /** Wall time at which the lock ends, ms since the epoch; long, absent without a lock. */
    public static final String LOCKED_UNTIL = FieldNames.LOCKED_UNTIL;
    /** Active, Deferred, Scheduled or Locked; String. */
    public static final String STATE = FieldNames.STATE;
    /** Expiry that a dead-lettered message had (rule T7), ms since the epoch; long. */
    public static final String ORIGINAL_EXPIRATION = FieldNames.ORIGINAL_EXPIRATION;

    /** Why the message is in the dead-letter queue (rule D2); String. */
    public static final String DEAD_LETTER_REASON = "DeadLetterReason";
    /** More about it; String. */
    public static final String DEAD_LETTER_DESCRIPTION = "DeadLetterErrorDescription";

    /** What {@code acknowledge()} does with this one message, 1 to 5; int, settable on a received message too. */
    public static final String ACKNOWLEDGE_TYPE = "JMS_AMQP_ACK_TYPE";

    /** JMSX properties this provider supports, for {@code ConnectionMetaData}. */
    public static final List<String> SUPPORTED_JMSX =
            List.of(GROUP_ID, GROUP_SEQUENCE, DELIVERY_COUNT, USER_ID, APPLICATION_ID);

    /** Properties with a meaning that an application sets, and the type each must have. */
    static final Map<String, Class<?>> INPUTS = Map.of(
            GROUP_ID, String.class,
            GROUP_SEQUENCE, Integer.class,
            PARTITION_KEY, String.class,
            MESSAGE_ID, String.class,
            CONTENT_TYPE, String.class,
            TO, String.class,
            REPLY_TO_SESSION_ID, String.class);

    /** The provider's, which travel or not as it says: an application that copies all properties sets them in vain. */
    static final Set<String> PROVIDED = Set.of(DELIVERY_COUNT, USER_ID, APPLICATION_ID);

    private PropertyNames() {}

    /**
     * Checks a name under which an application sets a property (Jakarta Messaging 3.5.1, 3.5.9).
     *
     * @throws IllegalArgumentException if it is none, or is the provider's
     */
    static void check(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("A property needs a name, got " + (name == null ? "null" : "\"\""));
        }
        if (INPUTS.containsKey(name) || name.equals(ACKNOWLEDGE_TYPE) || PROVIDED.contains(name)) {
            return;
        }
        if (name.startsWith("JMS")) {
            checkReserved(name);
        }
        if (!Selector.isPropertyName(name)) {
            throw new IllegalArgumentException("Property name '" + name
                    + "' is not an identifier of selectors: letters, digits, _ and $, no digit first, and none of "
                    + "NULL, TRUE, FALSE, NOT, AND, OR, BETWEEN, LIKE, IN, IS, ESCAPE in capitals");
        }
    }

    private static void checkReserved(String name) {
        if (name.startsWith("JMSX")) {
            throw new IllegalArgumentException("Property " + name
                    + " is reserved: of the JMSX names an application sets JMSXGroupID and JMSXGroupSeq");
        }
        if (name.startsWith("JMS_SB_")) {
            throw new IllegalArgumentException(
                    "Property " + name + " cannot be set: of the JMS_SB_ names an application"
                            + " sets JMS_SB_PartitionKey, JMS_SB_MessageId, JMS_SB_ContentType, JMS_SB_To"
                            + " and JMS_SB_ReplyToSessionId");
        }
        if (!name.startsWith("JMS_")) {
            throw new IllegalArgumentException(
                    "Property " + name + " is reserved: names beginning with JMS are header fields");
        }
    }
}
