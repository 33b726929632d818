/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a branch that is not prepared can only be rolled back, if so: the first reason counts, but for its time-out.
 *
 * <p>Guarded by its branch's lock.
 */
final class RollbackOnly {
    private final Namespace namespace;
    private @Nullable BrokerException reason;
    private boolean timedOut;

    RollbackOnly(Namespace namespace) {
        this.namespace = namespace;
    }

    /** Null while it can be committed. With the namespace closed, the bus has given back what it had received. */
    @Nullable
    BrokerException why() {
        if (reason == null && !namespace.isOpen()) {
            reason = closed();
        }
        return reason;
    }

    boolean isTimedOut() {
        return timedOut;
    }

    void because(BrokerException why) {
        reason = reason == null ? why : reason;
    }

    void timeIsOver(@Nullable Duration timeout) {
        timedOut = true;
        reason = new BrokerException(
                ErrorCode.Timeout,
                "its time-out of " + timeout
                        + " was over, so nothing of it was sent, and what it had received is available again");
    }

    /** Lets work pass. */
    void requireNot() {
        BrokerException why = why();
        if (why != null) {
            ErrorCode code = why.code();
            throw new BrokerException(
                    code == ErrorCode.Timeout || code == ErrorCode.Closed ? code : ErrorCode.InvalidOperation,
                    "the transaction can only be rolled back: " + why.getMessage());
        }
    }

    /** What who wants it to go on is answered. */
    XaAnswer answer() {
        BrokerException why = why();
        return why == null ? XaAnswer.OK : XaAnswer.rolledBack(why);
    }

    /** Of a namespace that is closed. */
    static BrokerException closed() {
        return new BrokerException(
                ErrorCode.Closed, "the namespace is closed; connect again and take the XAResource of a new session");
    }
}
