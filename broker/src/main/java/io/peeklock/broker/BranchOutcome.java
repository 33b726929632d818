/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

/** What came of ending a prepared branch (rule X5). */
public enum BranchOutcome {
    /** It was done, durably. */
    DONE,
    /** No such branch is prepared here: it never was, or it has ended. */
    NOT_FOUND,
    /** An administrator had committed it before. */
    HEURISTICALLY_COMMITTED,
    /** An administrator had rolled it back before. */
    HEURISTICALLY_ROLLED_BACK
}
