/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra;

import jakarta.jms.Queue;

/**
 * A queue that an administrator has defined in the server, or a subscription of a topic by its path {@code topic/Subscriptions/name}.
 *
 * <p>A bean of the server: set up on one thread, then only read.
 */
public final class AdministeredQueue extends AdministeredDestination implements Queue {

    private static final long serialVersionUID = 1L;

    @Override
    public String getQueueName() {
        return name();
    }

    /** The name. */
    @Override
    public String toString() {
        return "queue:" + getPhysicalName();
    }
}
