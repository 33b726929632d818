/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import jakarta.jms.JMSException;
import jakarta.jms.Message;

/**
 * The kinds of queue and topic that what the specification says may hold for.
 *
 * <p>Immutable.
 */
enum EntityKind {
    /** Lies whole in one partition: everything holds. */
    UNPARTITIONED,
    /** Lies in all partitions, and every message has the same partition key: so lie all messages in one fragment. */
    ONE_KEY,
    /** Lies in all partitions, its messages have no key and go round them. */
    SPREAD;

    boolean partitioned() {
        return this != UNPARTITIONED;
    }

    /** Gives a message the key that this kind needs. */
    <M extends Message> M mark(M message) throws JMSException {
        if (this == ONE_KEY) {
            message.setStringProperty("JMS_SB_PartitionKey", "one-key");
        }
        return message;
    }
}
