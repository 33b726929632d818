/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

/**
 * What one consumer has of something that must know its consumers: a subscription, a temporary destination.
 *
 * <p>Thread safe; each call comes once.
 */
interface ConsumerShare {

    /** Of what need not know. */
    ConsumerShare NONE = new ConsumerShare() {
        @Override
        public void closed(boolean settled) {}

        @Override
        public void settled() {}
    };

    /**
     * The consumer is closed and counts no more.
     *
     * @param settled whether its session holds no messages that the application has not settled; if it does, they must
     *     stay settleable until {@link #settled()}
     */
    void closed(boolean settled);

    /** The session holds none any more; follows {@code closed(false)}. */
    void settled();

    /** This one and another. */
    default ConsumerShare and(ConsumerShare other) {
        ConsumerShare first = this;
        return new ConsumerShare() {
            @Override
            public void closed(boolean settled) {
                first.closed(settled);
                other.closed(settled);
            }

            @Override
            public void settled() {
                first.settled();
                other.settled();
            }
        };
    }
}
