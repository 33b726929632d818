/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which resources work in a branch, and which are suspended in it (the table of associations of X/Open).
 *
 * <p>Guarded by its branch's lock.
 */
final class Associations {

    private enum Association {
        ACTIVE,
        SUSPENDED,
        /** Suspended, to be resumed by any resource. */
        MIGRATING
    }

    private final Map<BusXAResource, Association> now = new HashMap<>();
    private final Set<BusXAResource> ever = new LinkedHashSet<>();

    /** Whether any resource works in the branch. */
    boolean isAnyActive() {
        return now.containsValue(Association.ACTIVE);
    }

    boolean isActive(BusXAResource resource) {
        return now.get(resource) == Association.ACTIVE;
    }

    boolean isSuspended(BusXAResource resource) {
        return now.containsKey(resource) && !isActive(resource);
    }

    void begin(BusXAResource resource) {
        now.put(resource, Association.ACTIVE);
        ever.add(resource);
    }

    /** Whose suspended association a resource may take up: its own, or one that was suspended to migrate. Null if none. */
    @Nullable
    BusXAResource suspendedFor(BusXAResource resource) {
        if (now.containsKey(resource)) {
            return isActive(resource) ? null : resource;
        }
        for (Map.Entry<BusXAResource, Association> entry : now.entrySet()) {
            if (entry.getValue() == Association.MIGRATING) {
                return entry.getKey();
            }
        }
        return null;
    }

    void suspend(BusXAResource resource, boolean migrates) {
        now.put(resource, migrates ? Association.MIGRATING : Association.SUSPENDED);
    }

    /** Whether it had been there. */
    boolean end(BusXAResource resource) {
        return now.remove(resource) != null;
    }

    /** Those that work in the branch. */
    List<BusXAResource> active() {
        return ever.stream().filter(this::isActive).toList();
    }

    void endAll() {
        now.clear();
    }

    /** All that have ever worked in the branch. */
    List<BusXAResource> ever() {
        return List.copyOf(ever);
    }
}
