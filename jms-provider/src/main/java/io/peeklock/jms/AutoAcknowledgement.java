/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Settlement;
import jakarta.jms.JMSException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * AUTO_ACKNOWLEDGE: completes each message when {@code receive} or {@code onMessage} returns, unlocks it when
 * {@code onMessage} throws.
 *
 * <p>As {@link Acknowledgement}. The completion may become durable after the return; what comes next waits for it.
 */
class AutoAcknowledgement extends Acknowledgement {

    private volatile CompletableFuture<Void> lastSettlement = CompletableFuture.completedFuture(null);

    /** Whether it waits for no disk. */
    private volatile boolean soon;

    AutoAcknowledgement(Settlements settlements) {
        super(settlements);
    }

    @Override
    void received(Delivery delivery) {
        settleLater(delivery, false);
    }

    @Override
    void refused(Delivery delivery) throws JMSException {
        settle(delivery.requireLockToken(), Settlement.RELEASE);
    }

    @Override
    void listened(Delivery delivery, boolean thrown) {
        settleLater(delivery, thrown);
    }

    /** Nothing, if recover or the application itself has settled it. */
    private void settleLater(Delivery delivery, boolean failed) {
        LockToken token = delivery.requireLockToken();
        if (held.take(token)) {
            CompletableFuture<Void> before = lastSettlement;
            soon = !delivery.message().durable();
            CompletableFuture<Void> settled =
                    failed ? settlements.abandonLater(token) : settlements.completeLater(delivery);
            // Of several that came together, each may lie in a partition of its own.
            lastSettlement = before.isDone() ? settled : CompletableFuture.allOf(before, settled);
        }
    }

    @Override
    void acknowledge(Delivery delivery, Settlement settlement) {
        // Done by the session (Jakarta Messaging 3.6).
    }

    @Override
    void awaitBeforeNext() throws InterruptedException {
        awaitSettled();
    }

    @Override
    void awaitSettled() throws InterruptedException {
        try {
            CompletableFuture<Void> last = lastSettlement;
            if (soon) {
                Waits.letOthersRun(last);
            }
            last.get();
        } catch (ExecutionException e) {
            throw new AssertionError("a settlement that nobody waits for never fails", e);
        }
    }

    @Override
    void close() throws JMSException {
        super.close();
        try {
            awaitSettled();
        } catch (InterruptedException e) {
            throw JmsExceptions.closedEarly("a session", e);
        }
    }
}
