/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.jms.destination.PeeklockDestination;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/**
 * Where a traced message goes to or comes from. Immutable.
 *
 * @param destination name of the queue or topic, a dead-letter queue with its suffix
 * @param subscription that a message is received from; null for queues, sends, and subscriptions that have no name but one
 *     made up by the provider
 * @param temporary whether the destination is a temporary one, whose name nobody knows
 */
public record TracedEntity(String destination, @Nullable String subscription, boolean temporary) {

    /** Begins the names of subscriptions that the provider makes for consumers. */
    private static final String MADE_UP = "$";

    static TracedEntity of(PeeklockDestination to) throws JMSException {
        return new TracedEntity(Destinations.path(to).toString(), null, to.isTemporary());
    }

    static TracedEntity of(ConsumerSource source) {
        EntityPath path = source.path();
        boolean temporary = source.destination().isTemporary();
        String subscription = path.subscription();
        if (path.kind() != EntityKind.SUBSCRIPTION || subscription == null) {
            return new TracedEntity(path.toString(), null, temporary);
        }
        return new TracedEntity(path.name(), subscription.startsWith(MADE_UP) ? null : subscription, temporary);
    }
}
