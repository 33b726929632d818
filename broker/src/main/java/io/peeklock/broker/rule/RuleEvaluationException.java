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

    private final boolean headerTooLarge;

    RuleEvaluationException(String why) {
        this(why, false);
    }

    private RuleEvaluationException(String why, boolean headerTooLarge) {
        // Thrown once a message and rule, and nobody looks where.
        super(why, null, false, false);
        this.headerTooLarge = headerTooLarge;
    }

    static RuleEvaluationException headerTooLarge(String why) {
        return new RuleEvaluationException(why, true);
    }

    /** Whether the rule's action makes more properties than a message may have: no error of evaluation (rules D2, Q2). */
    public boolean isHeaderTooLarge() {
        return headerTooLarge;
    }
}
