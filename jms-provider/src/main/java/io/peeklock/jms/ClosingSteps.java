/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of a close, each whatever those before it threw, and throws what went wrong first at the end.
 *
 * <p>For one thread.
 */
final class ClosingSteps {

    private @Nullable Throwable failure;

    void run(PeeklockContext.Action step) {
        try {
            step.run();
        } catch (Throwable e) {
            // Errors and bugs too: what is not released now is never released.
            Throwable first = failure;
            if (first == null) {
                failure = e;
            } else if (first != e) {
                first.addSuppressed(e);
            }
        }
    }

    /** Whether a step has thrown something. */
    boolean failed() {
        return failure != null;
    }

    /** After the last step. */
    void end() throws JMSException {
        Throwable first = failure;
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (first != null) {
            throw JmsExceptions.of(first);
        }
    }
}
