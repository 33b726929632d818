/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What becomes of a locked message. */
public sealed interface Settlement {

    /** It is done and goes (rule L2). */
    record Complete() implements Settlement {}

    /**
     * It failed here: back to its place, delivery count + 1 (rule L6).
     *
     * @param properties application properties to set, null values remove (rule L11)
     */
    record Abandon(Map<String, @Nullable Object> properties) implements Settlement {}

    /** It was never looked at: back to its place, delivery count unchanged (rule L10). */
    record Release() implements Settlement {}

    /**
     * Into the dead-letter queue (rule D2).
     *
     * @param properties application properties to set, null values remove (rule L11)
     */
    record DeadLetter(@Nullable String reason, @Nullable String description, Map<String, @Nullable Object> properties)
            implements Settlement {}

    Settlement COMPLETE = new Complete();
    Settlement ABANDON = new Abandon(Map.of());
    Settlement RELEASE = new Release();
}
