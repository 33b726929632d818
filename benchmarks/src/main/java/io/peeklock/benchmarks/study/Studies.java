/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import java.util.List;

/**
 * The studies there are. A new one is a class and a line here.
 *
 * <p>Immutable.
 */
public final class Studies {

    public static final List<Study> ALL = List.of(
            StartUpStudy.PLAIN,
            StartUpStudy.ARCHIVED,
            new MemoryStudy(),
            LargeQueueStudy.MANY,
            LargeQueueStudy.SMALL_HEAP,
            LargeQueueStudy.LARGE_STORE,
            new SelectorStudy(),
            new SizeStudy());

    private Studies() {}

    public static boolean isNamed(String id) {
        return ALL.stream().anyMatch(study -> study.id().equalsIgnoreCase(id));
    }

    /** {@code id} is one. */
    public static Study named(String id) {
        return ALL.stream()
                .filter(study -> study.id().equalsIgnoreCase(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown study " + id));
    }
}
