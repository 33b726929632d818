/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * In which entities branches are being prepared, and which are being deleted: never both, so that neither overtakes the other
 * (rule W4). By their ids.
 *
 * <p>Thread safe.
 */
final class Preparations {
    private final Map<Long, Integer> preparing = new HashMap<>();
    /** How many deletions each of these takes part in: a topic is in those of its subscriptions. */
    private final Map<Long, Integer> going = new HashMap<>();

    /** Something is prepared in these until {@link #ended}; or the id of one that is being deleted, and nothing is. */
    @Nullable
    synchronized Long begin(Set<Long> entities) {
        for (Long id : entities) {
            if (going.containsKey(id)) {
                return id;
            }
        }
        entities.forEach(id -> preparing.merge(id, 1, Integer::sum));
        return null;
    }

    synchronized void ended(Set<Long> entities) {
        entities.forEach(id -> lower(preparing, id));
    }

    /** These are being deleted until {@link #over}; or false, and none is, because something is being prepared in one. */
    synchronized boolean close(Collection<Long> entities) {
        if (entities.stream().anyMatch(preparing::containsKey)) {
            return false;
        }
        entities.forEach(id -> going.merge(id, 1, Integer::sum));
        return true;
    }

    /** They are gone, or stay. */
    synchronized void over(Collection<Long> entities) {
        entities.forEach(id -> lower(going, id));
    }

    private static void lower(Map<Long, Integer> counts, Long id) {
        counts.computeIfPresent(id, (same, count) -> count == 1 ? null : count - 1);
    }
}
