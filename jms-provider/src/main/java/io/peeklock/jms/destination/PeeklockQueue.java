/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.destination;

import io.peeklock.broker.entity.EntityPath;
import jakarta.jms.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A queue, or with {@code /$deadletterqueue} behind its name (rule D1) that queue's dead-letter queue.
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

    /**
     * Where it is in the bus; {@code $deadletterqueue} in any case (rule W5).
     *
     * @throws io.peeklock.broker.error.BrokerException if the name breaks the rules for names
     */
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
