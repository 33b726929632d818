/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.JMSException;

/**
 * Says what this version does not offer: acknowledge types.
 *
 * <p>Has no state; any thread. The only place that knows, so that lifting a limit is a change of this class and of its
 * callers.
 */
final class QueuesOnly {

    private static final String CODE = "NotOffered";

    private QueuesOnly() {}

    static JMSException acknowledgeTypes() {
        return new JMSException(
                "this version of Peeklock knows JMS_AMQP_ACK_TYPE 1 only; to dead-letter, abandon or release the message"
                        + " use PeekLocked.of(message)",
                CODE);
    }
}
