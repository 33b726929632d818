/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.destination;

import io.peeklock.broker.entity.EntityPath;
import jakarta.jms.Queue;

/**
 * A queue, or with {@code /$deadletterqueue} behind its name (rule D1) that queue's dead-letter queue.
 *
 * <p>Immutable, thread safe.
 */
public sealed class PeeklockQueue extends PeeklockDestination implements Queue permits PeeklockTemporaryQueue {

    private static final String DEAD_LETTER = "/$deadletterqueue";
    private static final long serialVersionUID = 1L;

    public PeeklockQueue(String name) {
        super(name);
    }

    @Override
    public String getQueueName() {
        return name();
    }

    /** Where it is in the bus; {@code $deadletterqueue} in any case (rule W5). */
    public EntityPath path() {
        String name = name();
        int cut = name.length() - DEAD_LETTER.length();
        boolean deadLetter = cut > 0 && name.regionMatches(true, cut, DEAD_LETTER, 0, DEAD_LETTER.length());
        return deadLetter ? new EntityPath(name.substring(0, cut), true) : EntityPath.queue(name);
    }

    @Override
    String prefix() {
        return QUEUE;
    }
}
