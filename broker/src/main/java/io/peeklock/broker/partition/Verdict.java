/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

/** What a coordinator says about a transaction over several partitions when one of them asks (rule X4). */
public enum Verdict {
    /** It is committed, whatever becomes of anybody. */
    COMMITTED,
    /** It is not decided: ask again. */
    PENDING,
    /** Nobody knows: its journal has lost something, which may be the decision. */
    UNKNOWN,
    /** It is not committed, and never will be. */
    ROLLED_BACK
}
