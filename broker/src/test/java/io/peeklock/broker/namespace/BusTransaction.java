/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.namespace.TrackedMessage.Sent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a simulation knows of one transaction: all of it happened, or nothing, even if its outcome is unknown.
 *
 * <p>Not thread safe.
 */
final class BusTransaction {
    private final List<TrackedMessage> sends;
    private final List<TrackedMessage> completes;

    BusTransaction(List<TrackedMessage> sends, List<TrackedMessage> completes) {
        this.sends = sends;
        this.completes = completes;
        sends.forEach(message -> message.sentBy = this);
        completes.forEach(message -> message.completedBy = this);
    }

    void ended(@Nullable Throwable failure) {
        boolean unknown = failure != null && ((BrokerException) failure).code() == ErrorCode.OutcomeUnknown;
        Sent outcome = failure == null ? Sent.ACKNOWLEDGED : unknown ? Sent.UNKNOWN : Sent.REFUSED;
        sends.forEach(message -> message.sent = outcome);
        if (failure != null && !unknown) {
            completes.forEach(message -> message.completedBy = null);
        }
    }

    /** Something it sent has come: it happened, so the rest must come, and nothing that it completed may come again. */
    void happened() {
        sends.stream()
                .filter(message -> message.sent == Sent.UNKNOWN)
                .forEach(message -> message.sent = Sent.ACKNOWLEDGED);
        completes.stream().filter(message -> message.completedBy == this).forEach(message -> message.completed = true);
    }

    /** Something it completed has come again: it did not happen, so nothing that it sent may come. */
    void didNotHappen() {
        sends.forEach(message -> message.sent = Sent.REFUSED);
    }
}
