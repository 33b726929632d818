/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra;

import jakarta.jms.Topic;

/**
 * A topic that an administrator has defined in the server.
 *
 * <p>A bean of the server: set up on one thread, then only read.
 */
public final class AdministeredTopic extends AdministeredDestination implements Topic {

    private static final long serialVersionUID = 1L;

    @Override
    public String getTopicName() {
        return name();
    }

    /** The name. */
    @Override
    public String toString() {
        return "topic:" + getPhysicalName();
    }
}
