/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.util.List;

/**
 * What a check of recovery has found, as sentences for people.
 *
 * <p>Immutable.
 *
 * @param problems what keeps transactions from being recovered, or data in danger, and what to do about it
 * @param notes what else is to be known
 */
public record RecoveryReport(List<String> problems, List<String> notes) {

    /** Copies the lists. */
    public RecoveryReport {
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    /** Whether, by all that can be seen now, whatever is in doubt will be recovered without anybody's help. */
    public boolean isLive() {
        return problems.isEmpty();
    }

    /** All of it, a line each. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(isLive() ? "Recovery is live." : "Recovery is NOT live:");
        problems.forEach(problem -> text.append("\n- ").append(problem));
        notes.forEach(note -> text.append("\n  ").append(note));
        return text.toString();
    }
}
