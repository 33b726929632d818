/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.JMSException;

/**
 * Which destinations a session, or a connection, was made for: the older interfaces inherit methods that they must
 * refuse (Jakarta Messaging 6.2.1, "queue and topic specific interfaces").
 *
 * <p>Immutable, thread safe.
 */
enum SessionKind {
    /** Both, as {@code createSession} makes it. */
    ANY,
    /** Of {@code createQueueSession}, or {@code createQueueConnection}. */
    QUEUES,
    /** Of {@code createTopicSession}, or {@code createTopicConnection}. */
    TOPICS;

    /** Something of topics is asked for. */
    void requireTopics(String call) throws JMSException {
        if (this == QUEUES) {
            throw refused("queue", call);
        }
    }

    /** Something of queues is asked for. */
    void requireQueues(String call) throws JMSException {
        if (this == TOPICS) {
            throw refused("topic", call);
        }
    }

    private static JMSException refused(String kind, String call) {
        return JmsExceptions.invalidOperation(
                call + " is not for " + kind + " sessions and connections; use createSession of createConnection");
    }
}
