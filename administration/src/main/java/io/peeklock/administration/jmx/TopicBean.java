/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.entity.EntityPath;

/** A topic. Immutable, thread safe. */
record TopicBean(Source source, EntityPath path) implements TopicMXBean {

    private EntityStatistics now() {
        return source.entity(path);
    }

    @Override
    public long getScheduled() {
        return now().queue().scheduled().messages();
    }

    @Override
    public long getSizeBytes() {
        return now().sizeBytes();
    }

    @Override
    public long getEnqueued() {
        return now().queue().activity().enqueued();
    }

    @Override
    public int getUnavailablePartitions() {
        return now().unavailablePartitions();
    }
}
