/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.message.Message;

/**
 * When a message may be received, and from when on its time to live counts. Immutable.
 *
 * @param dueMs wall time before which nobody may receive it, 0 if it was sent without delay
 * @param livesFromMs wall time from which its time to live counts (rules T1, T8)
 * @param byTheBus whether the bus's rules hold for its schedule, and not those of Jakarta Messaging: it lives from its time,
 *     and a topic's subscriptions are chosen then
 */
record Due(long dueMs, long livesFromMs, boolean byTheBus) {

    /** A delay counts from the client's send (Jakarta Messaging 3.4.13), a schedule is the time itself. */
    static Due of(Submission submission, Profile profile, long wallMs) {
        Message message = submission.message();
        boolean byTheBus = profile == Profile.AZURE || submission.scheduledMs() > 0;
        long sentMs = message.creationTimeMs() > 0 ? message.creationTimeMs() : wallMs;
        long dueMs = submission.scheduledMs();
        if (dueMs == 0 && message.deliveryDelayMs() > 0) {
            dueMs = message.deliveryDelayMs() >= Long.MAX_VALUE - sentMs
                    ? Long.MAX_VALUE
                    : sentMs + message.deliveryDelayMs();
        }
        return new Due(dueMs, byTheBus ? Math.max(wallMs, dueMs) : sentMs, byTheBus);
    }

    /** Of a message whose time has come. */
    static Due now(long wallMs) {
        return new Due(0, wallMs, true);
    }

    /** Whether it has to wait at all. */
    boolean isDelayed() {
        return dueMs > 0;
    }
}
