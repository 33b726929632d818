/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.meters;

import io.micrometer.core.instrument.MeterRegistry;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which namespaces have meters in which registry. A registry gives whoever registers a meter that is there already the one that is
 * there: two namespaces with the same tags would read, and take away, the meters of one.
 *
 * <p>Thread safe. Registries and bindings are referred to weakly.
 */
final class BindingsOfRegistries {
    private static final Logger LOG = LoggerFactory.getLogger(BindingsOfRegistries.class);

    /** Guarded by itself. Whoever has meters in a registry is referred to by those. */
    private static final Map<MeterRegistry, List<WeakReference<BoundMeters>>> BINDINGS = new WeakHashMap<>();

    private BindingsOfRegistries() {}

    /** Whether it may register its meters: no other open namespace has meters with its tags there. */
    static boolean add(MeterRegistry registry, BoundMeters added) {
        synchronized (BINDINGS) {
            List<WeakReference<BoundMeters>> bindings = BINDINGS.computeIfAbsent(registry, key -> new ArrayList<>());
            bindings.removeIf(each -> !isLive(each.get()));
            for (WeakReference<BoundMeters> each : bindings) {
                BoundMeters other = each.get();
                if (other != null && other.tags().equals(added.tags())) {
                    if (!other.readsTheSameAs(added)) {
                        LOG.warn(
                                "No meters with the tags {}: another namespace has them; give this one another name or tags",
                                added.tags());
                    }
                    return false;
                }
            }
            bindings.add(new WeakReference<>(added));
            return true;
        }
    }

    private static boolean isLive(@Nullable BoundMeters meters) {
        return meters != null && meters.isLive();
    }
}
