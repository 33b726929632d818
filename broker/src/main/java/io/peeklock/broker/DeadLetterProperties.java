/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

/** What becomes of reason, description and source of a dead letter that is moved to another entity. */
public enum DeadLetterProperties {
    /** They go along as properties {@code DeadLetterReason}, {@code DeadLetterErrorDescription}, {@code DeadLetterSource} (rules D2, D4). */
    KEEP,
    /** They are removed, also from a message that has come here with them: nothing says that it was a dead letter. */
    CLEAR
}
