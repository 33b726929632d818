/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.jms.destination.PeeklockDestination;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer receives from.
 *
 * <p>Immutable; thread safe as its share is.
 *
 * @param destination as the application named it
 * @param path where its messages are in the bus: a queue, or a subscription
 * @param settings of the queue or topic
 * @param selector as the application wrote it, null for none
 * @param noLocal whether messages of its own connection are not for it
 * @param session the one session of the bus that the application wants, null if the bus chooses, or there are none
 * @param share what is to hear that the consumer is closed
 */
record ConsumerSource(
        PeeklockDestination destination,
        EntityPath path,
        EntitySettings settings,
        @Nullable String selector,
        boolean noLocal,
        @Nullable String session,
        ConsumerShare share) {

    /** For errors. */
    String name() {
        return destination.name();
    }
}
