/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What bearers of keys have open, which must hear of it when policies change (rule Q6).
 *
 * <p>Thread safe.
 */
final class OpenClaims {

    /** A receiver, or work that goes on by itself. */
    interface Open {

        /** Policies have changed: ends what may not go on. */
        void look();
    }

    private final Set<Open> all = ConcurrentHashMap.newKeySet();

    void opened(Open one) {
        all.add(one);
    }

    void closed(Open one) {
        all.remove(one);
    }

    /** Policies have changed. */
    void look() {
        all.forEach(Open::look);
    }
}
