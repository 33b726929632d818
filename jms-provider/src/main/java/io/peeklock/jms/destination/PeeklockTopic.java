/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.destination;

import jakarta.jms.Topic;

/**
 * A topic.
 *
 * <p>Immutable, thread safe.
 */
public sealed class PeeklockTopic extends PeeklockDestination implements Topic permits PeeklockTemporaryTopic {

    private static final long serialVersionUID = 1L;

    public PeeklockTopic(String name) {
        super(name);
    }

    @Override
    public String getTopicName() {
        return name();
    }

    @Override
    String prefix() {
        return TOPIC;
    }
}
