/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

/**
 * A rule that cannot be evaluated for a message (rule D3). The text says why, without values of the message.
 *
 * <p>Immutable.
 */
public final class RuleEvaluationException extends Exception {
    private static final long serialVersionUID = 1L;

    RuleEvaluationException(String why) {
        // Thrown once a message and rule, and nobody looks where.
        super(why, null, false, false);
    }
}
