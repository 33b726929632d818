/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

/**
 * What a message that comes from another entity of the namespace brings along. Immutable.
 *
 * @param firstNumber its number in the first entity it was sent to (rule N2); 0 of one that is sent here first
 * @param hops how often it was forwarded (rule W1)
 * @param expiresAtMs wall time beyond which it does not live, whatever the destination says; {@link Long#MAX_VALUE} for none
 * @param dueMs wall time before which it waits there too, 0 if it does not
 */
record Journey(long firstNumber, int hops, long expiresAtMs, long dueMs) {

    /** A message that is sent goes on after so many hops to nobody. */
    static final int MAX_HOPS = 4;

    /** Of a message that comes from an application. */
    static final Journey NONE = new Journey(0, 0, Long.MAX_VALUE, 0);

    /** Whether it comes from another entity, or from its own dead-letter queue. */
    boolean isUnderWay() {
        return firstNumber != 0;
    }
}
