/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.destination;

import io.peeklock.broker.entity.EntityPath;
import jakarta.jms.Topic;
import org.jspecify.annotations.Nullable;

/**
 * A topic.
 *
 * <p>Immutable, thread safe.
 */
public sealed class PeeklockTopic extends PeeklockDestination implements Topic permits PeeklockTemporaryTopic {

    private static final long serialVersionUID = 1L;

    private transient @Nullable EntityPath path;

    public PeeklockTopic(String name) {
        super(name);
    }

    @Override
    public String getTopicName() {
        return name();
    }

    @Override
    public EntityPath path() {
        EntityPath checked = path;
        if (checked == null) {
            checked = EntityPath.topic(name());
            path = checked;
        }
        return checked;
    }

    @Override
    String prefix() {
        return TOPIC;
    }
}
