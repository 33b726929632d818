/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.runtime.SteppedRuntime;
import java.time.Duration;

/**
 * The timer of a broker whose time is moved by hand.
 *
 * <p>Thread safe.
 */
final class SteppedTimer implements BrokerTimer {

    private final SteppedRuntime runtime;
    private volatile boolean closed;

    SteppedTimer(SteppedRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        if (closed) {
            return () -> {};
        }
        return runtime.later(
                () -> {
                    if (!closed) {
                        task.run();
                    }
                },
                Waits.nanos(delay));
    }

    @Override
    public void close() {
        closed = true;
    }
}
