/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.Topic;

/**
 * Makes destinations of a session of those that administrators have defined, or that are of another class loader.
 *
 * <p>As thread safe as the session.
 */
record KnownDestinations(Session session) {

    private static final String OURS = "io.peeklock.";
    private static final String OF_THE_BUS = "io.peeklock.jms.";

    /** The arguments of a call; those of other providers stay, and are refused by the bus. */
    Object[] translated(Object[] arguments) throws JMSException {
        Object[] translated = arguments;
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof Destination destination && isToBeMade(destination)) {
                if (translated == arguments) {
                    translated = arguments.clone();
                }
                translated[i] = made(destination);
            }
        }
        return translated;
    }

    private boolean isToBeMade(Destination destination) {
        if (destination instanceof TemporaryQueue || destination instanceof TemporaryTopic) {
            return false;
        }
        Class<?> type = destination.getClass();
        boolean isOfThisBus = type.getName().startsWith(OF_THE_BUS)
                && type.getClassLoader() == session.getClass().getClassLoader();
        return type.getName().startsWith(OURS) && !isOfThisBus;
    }

    private Destination made(Destination destination) throws JMSException {
        return destination instanceof Queue queue
                ? session.createQueue(queue.getQueueName())
                : session.createTopic(((Topic) destination).getTopicName());
    }
}
