/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What becomes of a locked message. Immutable; properties are copied. */
public sealed interface Settlement {

    /**
     * It is done and goes (rule L2).
     *
     * @param otherwise in prepared work: what becomes of it if that is rolled back, null for {@link #ABANDON}. It is not kept
     *     through a restart, after which it is abandoned
     */
    record Complete(@Nullable Fail otherwise) implements Settlement {}

    /**
     * It failed here: back to its place, delivery count + 1 (rule L6).
     *
     * @param properties application properties to set, null values remove (rule L11)
     * @param delayMs so long nobody gets it, in ms; 0 for what the entity's back-off says, which is nothing unless somebody
     *     has set one. It keeps its number, id and count
     */
    record Abandon(Map<String, @Nullable Object> properties, long delayMs) implements Settlement {
        public Abandon {
            properties = copy(properties);
        }

        public Abandon(Map<String, @Nullable Object> properties) {
            this(properties, 0);
        }
    }

    /** It was never looked at: back to its place, delivery count unchanged (rule L10). */
    record Release() implements Settlement {}

    /**
     * Not now: it stays under its sequence number, and only {@link Namespace#receiveDeferred} gives it out from then on
     * (rule F1). Its delivery count is unchanged (rule F5).
     *
     * @param properties application properties to set, null values remove (rule L11)
     */
    record Defer(Map<String, @Nullable Object> properties) implements Settlement {
        public Defer {
            properties = copy(properties);
        }
    }

    /**
     * Into the dead-letter queue (rule D2).
     *
     * @param properties application properties to set, null values remove (rule L11)
     */
    record DeadLetter(@Nullable String reason, @Nullable String description, Map<String, @Nullable Object> properties)
            implements Settlement {
        public DeadLetter {
            properties = copy(properties);
        }
    }

    /**
     * It failed here, as by an {@link Abandon}, and who had it says how often it may fail and what is wrong with it. Beyond
     * Service Bus; not for what a transaction stages.
     *
     * @param delayMs as of an {@link Abandon}; without effect where it would break the order of a session
     * @param maxFailures so many failed deliveries, this one included, end in the dead-letter queue; where the entity's own
     *     limit is smaller, that counts. 1 or more
     * @param description stands in the description of the dead-lettering, whichever limit it was; at most 16,000 characters
     */
    record Fail(long delayMs, int maxFailures, String description) implements Settlement {}

    private static Map<String, @Nullable Object> copy(Map<String, @Nullable Object> properties) {
        if (properties.isEmpty()) {
            return Map.of();
        }
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(properties);
        copy.replaceAll((name, value) -> value instanceof byte[] bytes ? bytes.clone() : value);
        return Collections.unmodifiableMap(copy);
    }

    Settlement COMPLETE = new Complete(null);
    Settlement ABANDON = new Abandon(Map.of());
    Settlement RELEASE = new Release();
    Settlement DEFER = new Defer(Map.of());
}
