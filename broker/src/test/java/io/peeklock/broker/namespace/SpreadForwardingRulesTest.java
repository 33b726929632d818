/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

/** Rule W1 and what goes with it, from fragment to fragment. */
class SpreadForwardingRulesTest extends ForwardingRulesTest {

    @Override
    boolean partitioned() {
        return true;
    }
}
