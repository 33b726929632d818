/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * The studies there are. A new one is a class and a line here.
 *
 * <p>Immutable.
 */
final class Studies {

    static final List<Study> ALL = List.of(new StartUpStudy());

    private Studies() {}

    static boolean isNamed(String id) {
        return ALL.stream().anyMatch(study -> study.id().equals(id.toLowerCase(Locale.ROOT)));
    }

    /** {@code id} is one. */
    static Study named(String id) {
        return ALL.stream()
                .filter(study -> study.id().equalsIgnoreCase(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown study " + id));
    }
}
