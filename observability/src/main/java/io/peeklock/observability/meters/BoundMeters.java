/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.meters;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.peeklock.administration.monitoring.NamespaceMonitor;
import io.peeklock.administration.monitoring.NamespaceSnapshot;
import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.PartitionStatistics;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of one namespace in one registry: registers those of entities that are new when it reads, and takes away those of
 * entities that are gone.
 *
 * <p>Thread safe. The registry refers to it as long as there are meters.
 */
final class BoundMeters {
    private static final Logger LOG = LoggerFactory.getLogger(BoundMeters.class);

    private final MeterRegistry registry;
    private final NamespaceMonitor monitor;
    private final Tags tags;
    private final ReentrantLock changing = new ReentrantLock();
    // Under the lock.
    private final Map<EntityPath, Registered> entities = new HashMap<>();
    private final Registered others = new Registered();
    /** When that was taken which was followed last. */
    private volatile @Nullable Long seenNanos;

    private boolean partitionsRegistered;
    private volatile boolean closed;
    private boolean warned;

    /** Meters, and what they read from: a registry refers to that weakly. */
    private record Registered(List<Meter> meters, List<Object> readings) {
        Registered() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    BoundMeters(MeterRegistry registry, NamespaceMonitor monitor, Tags tags) {
        this.registry = registry;
        this.monitor = monitor;
        this.tags = tags;
    }

    Tags tags() {
        return tags;
    }

    boolean readsTheSameAs(BoundMeters other) {
        return monitor == other.monitor;
    }

    /** Whether its meters are still there, now that those of a namespace that is closed have been taken away. */
    boolean isLive() {
        if (monitor.isOver()) {
            close();
        }
        return !closed;
    }

    void register() {
        NamespaceSnapshot now = monitor.snapshot();
        changing.lock();
        try {
            for (NamespaceMeter meter : NamespaceMeter.values()) {
                gauge(
                        others,
                        meter.meterName,
                        meter.description,
                        meter.unit,
                        tagsOf(tags, meter.tag, meter.tagValue),
                        () -> {
                            NamespaceSnapshot known = now();
                            return known == null ? Double.NaN : meter.value.applyAsDouble(known);
                        });
            }
            if (now != null) {
                follow(now);
            }
        } finally {
            changing.unlock();
        }
    }

    private void register(PartitionStatistics partition) {
        int index = partition.health().partition();
        Tags of = tags.and("partition", Integer.toString(index));
        for (PartitionMeter meter : PartitionMeter.values()) {
            DoubleSupplier value = () -> {
                NamespaceSnapshot known = now();
                return known == null
                        ? Double.NaN
                        : meter.value.applyAsDouble(
                                known.namespace().partitions().get(index));
            };
            add(others, meter.kind, meter.meterName, meter.description, meter.unit, of, value);
        }
    }

    private void register(EntityPath path) {
        Registered registered = new Registered();
        Tags of = tags.and("entity", path.toString(), "kind", path.kind().name().toLowerCase(Locale.ROOT));
        for (EntityMeter meter : EntityMeter.values()) {
            if (meter.ofTopicsToo || path.kind() != EntityKind.TOPIC) {
                DoubleSupplier value = () -> value(meter, path);
                add(
                        registered,
                        meter.kind,
                        meter.meterName,
                        meter.description,
                        meter.unit,
                        tagsOf(of, "state", meter.state),
                        value);
            }
        }
        entities.put(path, registered);
    }

    /** A part of an entity's messages would look like all of them. */
    private double value(EntityMeter meter, EntityPath path) {
        NamespaceSnapshot known = now();
        EntityStatistics each = known == null ? null : known.entities().get(path);
        return each == null || each.unavailablePartitions() > 0 ? Double.NaN : meter.value.applyAsDouble(each);
    }

    private static Tags tagsOf(Tags tags, @Nullable String name, @Nullable String value) {
        return name == null || value == null ? tags : tags.and(name, value);
    }

    private void add(
            Registered to,
            MeterKind kind,
            String name,
            String description,
            MeterUnit unit,
            Tags of,
            DoubleSupplier value) {
        if (kind == MeterKind.GAUGE) {
            gauge(to, name, description, unit, of, value);
            return;
        }
        LastKnown reading = new LastKnown(value);
        to.readings().add(reading);
        to.meters()
                .add(FunctionCounter.builder(name, reading, LastKnown::get)
                        .description(description)
                        .baseUnit(unit.baseUnit)
                        .tags(of)
                        .register(registry));
    }

    private void gauge(Registered to, String name, String description, MeterUnit unit, Tags of, DoubleSupplier value) {
        to.meters()
                .add(Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                        .description(description)
                        .baseUnit(unit.baseUnit)
                        .tags(of)
                        .strongReference(true)
                        .register(registry));
    }

    /** What is known now; who sees it first registers what is new in it. */
    private @Nullable NamespaceSnapshot now() {
        NamespaceSnapshot now = monitor.snapshot();
        if (now == null ? monitor.isOver() : isNew(now)) {
            // Others read meanwhile what is there.
            if (changing.tryLock()) {
                try {
                    if (now == null) {
                        close();
                    } else if (isNew(now)) {
                        follow(now);
                    }
                } finally {
                    changing.unlock();
                }
            }
        }
        return now;
    }

    private boolean isNew(NamespaceSnapshot now) {
        Long seen = seenNanos;
        return seen == null || seen != now.takenNanos();
    }

    private void follow(NamespaceSnapshot now) {
        seenNanos = now.takenNanos();
        if (closed) {
            return;
        }
        if (!partitionsRegistered) {
            partitionsRegistered = true;
            now.namespace().partitions().forEach(this::register);
        }
        entities.entrySet().removeIf(entry -> {
            boolean gone = !now.entities().containsKey(entry.getKey());
            if (gone) {
                entry.getValue().meters().forEach(registry::remove);
            }
            return gone;
        });
        now.entities().keySet().stream()
                .filter(path -> !entities.containsKey(path))
                .forEach(this::register);
        if (now.unwatched() > 0 && !warned) {
            warned = true;
            LOG.warn(
                    "{} entities have no meters: {} is the most that were asked for",
                    now.unwatched(),
                    now.entities().size());
        }
    }

    void close() {
        changing.lock();
        try {
            closed = true;
            seenNanos = null;
            others.meters().forEach(registry::remove);
            entities.values().forEach(each -> each.meters().forEach(registry::remove));
            others.meters().clear();
            others.readings().clear();
            entities.clear();
        } finally {
            changing.unlock();
        }
    }

    /** A counter that stays where it was while it is not known. */
    private static final class LastKnown {
        private final DoubleSupplier value;
        private volatile double last;

        LastKnown(DoubleSupplier value) {
            this.value = value;
        }

        double get() {
            double now = value.getAsDouble();
            if (!Double.isNaN(now)) {
                last = now;
            }
            return last;
        }
    }
}
