/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.Delivery;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What settlements and dead-lettering added to a message. Immutable.
 *
 * @param deadLetterReason rule D2
 * @param deadLetterDescription rule D2
 * @param properties changed application properties (rule L11); a null value removes one
 */
record Notes(
        @Nullable String deadLetterReason,
        @Nullable String deadLetterDescription,
        Map<String, @Nullable Object> properties) {

    static final Notes NONE = new Notes(null, null, Map.of());

    Notes with(Map<String, @Nullable Object> changes) {
        if (changes.isEmpty()) {
            return this;
        }
        Map<String, @Nullable Object> merged = new LinkedHashMap<>(properties);
        merged.putAll(changes);
        return new Notes(deadLetterReason, deadLetterDescription, Collections.unmodifiableMap(merged));
    }

    Notes deadLettered(@Nullable String reason, @Nullable String description) {
        return new Notes(reason, description, properties);
    }

    boolean isNone() {
        return deadLetterReason == null && deadLetterDescription == null && properties.isEmpty();
    }

    /** What a receiver's filter sees of this. */
    Map<String, @Nullable Object> visibleChanges() {
        return Delivery.visibleChanges(deadLetterReason, deadLetterDescription, properties);
    }
}
