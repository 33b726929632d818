/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.error.BrokerException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A receiver that a test asks for so many messages.
 *
 * <p>Not thread safe.
 */
final class TestSubscriber implements Subscriber {
    final List<Delivery> received = new ArrayList<>();
    private final ReceiveMode mode;
    private final @Nullable MessageFilter filter;
    private final long autoRenewNanos;
    private int wanted;
    private int failed;

    @Nullable
    BrokerException over;

    TestSubscriber(ReceiveMode mode, @Nullable MessageFilter filter, long autoRenewNanos) {
        this.mode = mode;
        this.filter = filter;
        this.autoRenewNanos = autoRenewNanos;
    }

    void want(int count) {
        wanted = count;
    }

    int wanted() {
        return wanted;
    }

    int failed() {
        return failed;
    }

    @Override
    public ReceiveMode mode() {
        return mode;
    }

    @Override
    public @Nullable MessageFilter filter() {
        return filter;
    }

    @Override
    public long autoRenewNanos() {
        return autoRenewNanos;
    }

    @Override
    public boolean isWaiting(int partition) {
        return wanted > 0;
    }

    @Override
    public @Nullable ReceiveRequest claim(int partition) {
        if (wanted == 0) {
            return null;
        }
        wanted--;
        return new ReceiveRequest() {
            @Override
            public void deliver(Delivery delivery) {
                received.add(delivery);
            }

            @Override
            public void giveBack() {
                wanted++;
            }

            @Override
            public void fail(BrokerException cause) {
                failed++;
            }
        };
    }

    @Override
    public void over(BrokerException cause) {
        over = cause;
        wanted = 0;
    }
}
