/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.destination;

import io.peeklock.broker.entity.EntityPath;
import jakarta.jms.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A queue, a subscription of a topic under its path {@code topic/Subscriptions/name}, or with {@code /$deadletterqueue}
 * behind that (rule D1) the dead-letter queue of either.
 *
 * <p>Immutable, thread safe.
 */
public sealed class PeeklockQueue extends PeeklockDestination implements Queue permits PeeklockTemporaryQueue {

    private static final long serialVersionUID = 1L;

    private transient @Nullable EntityPath path;

    public PeeklockQueue(String name) {
        super(name);
    }

    @Override
    public String getQueueName() {
        return name();
    }

    /** {@code $deadletterqueue} and {@code Subscriptions} in any case (rule W5). */
    @Override
    public EntityPath path() {
        EntityPath parsed = path;
        if (parsed == null) {
            parsed = EntityPath.parse(name());
            path = parsed;
        }
        return parsed;
    }

    @Override
    String prefix() {
        return QUEUE;
    }
}
