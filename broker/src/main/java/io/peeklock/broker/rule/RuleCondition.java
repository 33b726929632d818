/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

/**
 * Says which messages a rule takes.
 *
 * <p>Immutable, thread safe.
 */
interface RuleCondition {

    /** Takes every message. */
    RuleCondition ALL = new Constant(true);
    /** Takes none. */
    RuleCondition NOTHING = new Constant(false);

    /** Whether the rule takes the message. */
    boolean takes(MessageView message) throws RuleEvaluationException;

    /** What a look costs, see {@link io.peeklock.broker.MessageFilter#cost}. */
    default int cost() {
        return 1;
    }

    /** The same for every message. */
    record Constant(boolean value) implements RuleCondition {
        @Override
        public boolean takes(MessageView message) {
            return value;
        }

        @Override
        public int cost() {
            return 0;
        }
    }
}
