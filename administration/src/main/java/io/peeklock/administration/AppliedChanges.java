/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import java.util.List;

/**
 * What was done so that a namespace is as a file says. Immutable.
 *
 * @param changes in the order in which they were made; none if everything was so already
 */
public record AppliedChanges(List<Change> changes) {

    /** What was done to something. */
    public enum Kind {
        CREATED,
        CHANGED,
        DELETED
    }

    /**
     * One change. Immutable.
     *
     * @param kind what was done
     * @param what to what: its kind and name
     */
    public record Change(Kind kind, String what) {}

    public AppliedChanges {
        changes = List.copyOf(changes);
    }
}
