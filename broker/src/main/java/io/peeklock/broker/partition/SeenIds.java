/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The message ids that a fragment remembers, by themselves and by age.
 *
 * <p>Owned by the partition's driver; not thread safe. Takes no room as long as it is empty: most entities detect nothing.
 */
final class SeenIds {
    private static final Comparator<SeenId> OLDEST_FIRST =
            Comparator.comparingLong(SeenId::seenMs).thenComparingLong(SeenId::recordId);

    private @Nullable Map<SeenId.Key, SeenId> byKey;
    private @Nullable PriorityQueue<SeenId> byAge;

    void add(SeenId id) {
        if (byKey == null || byAge == null) {
            byKey = new HashMap<>();
            byAge = new PriorityQueue<>(OLDEST_FIRST);
        }
        byKey.put(id.key(), id);
        byAge.add(id);
    }

    void remove(SeenId id) {
        if (byKey != null && byAge != null) {
            // A load may bring the id of a later message before it takes this one out.
            byKey.remove(id.key(), id);
            // Those that go are the oldest, which it finds first.
            byAge.remove(id);
        }
    }

    @Nullable
    SeenId find(SeenId.Key key) {
        return byKey == null ? null : byKey.get(key);
    }

    @Nullable
    SeenId oldest() {
        return byAge == null ? null : byAge.peek();
    }

    int size() {
        return byAge == null ? 0 : byAge.size();
    }

    /** All, as they are now. */
    List<SeenId> all() {
        return byAge == null ? List.of() : new ArrayList<>(byAge);
    }
}
