/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.meters;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.peeklock.administration.monitoring.NamespaceMonitor;
import io.peeklock.broker.Namespace;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Meters of a namespace, its partitions, its queues, topics and subscriptions; {@code docs/observability.md} lists them. Temporary
 * entities have none.
 *
 * <p>All meters of one reading are from one look at the namespace, which is at most two seconds old, and for which a reader waits
 * half a second at most. Meters of entities come and go with them, seen at the next reading. What is not known is NaN, counters
 * stay where they were. The meters of a namespace that is closed go when they are read next, or with {@link #close}.
 *
 * <p>Thread safe. Has no thread.
 */
public final class PeeklockMeters implements MeterBinder, AutoCloseable {

    /** Entities that have meters if nothing else is said. */
    public static final int DEFAULT_MAX_ENTITIES = NamespaceMonitor.DEFAULT_MAX_ENTITIES;

    private final NamespaceMonitor monitor;
    private final Tags tags;
    private final List<BoundMeters> bound = new CopyOnWriteArrayList<>();

    /**
     * Meters of a namespace with the name as tag {@code namespace}.
     *
     * @param namespace as somebody sees it who may manage it
     * @param name what tells it from others of the process
     */
    public PeeklockMeters(Namespace namespace, String name) {
        this(namespace, name, List.of(), DEFAULT_MAX_ENTITIES);
    }

    /**
     * The same with further tags.
     *
     * @param maxEntities so many entities have meters of their own, the oldest, 16 each; 1 or more
     */
    public PeeklockMeters(Namespace namespace, String name, Iterable<Tag> tags, int maxEntities) {
        this.monitor = new NamespaceMonitor(namespace, maxEntities);
        this.tags = Tags.of("namespace", name).and(tags);
    }

    /**
     * Registers the meters. Those of a namespace that was closed make room for those of another one with the same name and tags; where
     * that is open, it keeps its meters, this one has none in the registry, and a warning says so.
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        BoundMeters meters = new BoundMeters(registry, monitor, tags);
        if (BindingsOfRegistries.add(registry, meters)) {
            bound.add(meters);
            meters.register();
        }
    }

    /** Takes all meters out of the registries. Idempotent. */
    @Override
    public void close() {
        bound.forEach(BoundMeters::close);
        bound.clear();
    }
}
