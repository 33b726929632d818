/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.monitoring;

import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.NamespaceStatistics;
import io.peeklock.broker.entity.EntityPath;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a namespace and its entities were at about one time. Immutable.
 *
 * @param takenNanos when, by the clock of its {@link NamespaceMonitor}
 * @param namespace the namespace
 * @param entities queues, topics and subscriptions, the oldest first, at most as many as the monitor watches
 */
public record NamespaceSnapshot(
        long takenNanos, NamespaceStatistics namespace, Map<EntityPath, EntityStatistics> entities) {

    public NamespaceSnapshot {
        entities = Collections.unmodifiableMap(new LinkedHashMap<>(entities));
    }

    /** Entities that are defined and not among {@link #entities}. */
    public int unwatched() {
        int defined = namespace.queues() + namespace.topics() + namespace.subscriptions();
        return Math.max(0, defined - entities.size());
    }
}
