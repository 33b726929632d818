/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The receivers that bearers of keys have open, which must hear of it when policies change (rule Q6).
 *
 * <p>Thread safe.
 */
final class OpenClaims {
    private final Set<ClaimedReceiver> receivers = ConcurrentHashMap.newKeySet();

    void opened(ClaimedReceiver receiver) {
        receivers.add(receiver);
    }

    void closed(ClaimedReceiver receiver) {
        receivers.remove(receiver);
    }

    /** Policies have changed. */
    void look() {
        receivers.forEach(ClaimedReceiver::look);
    }
}
