/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

/** Rules D4 and D5 in partitioned entities. */
class SpreadForwardRefusalRulesTest extends ForwardRefusalRulesTest {

    @Override
    boolean partitioned() {
        return true;
    }
}
