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
    private final RequestFlags flags;
    private final int slot;
    private final ReceiveMode mode;
    private final @Nullable MessageFilter filter;
    private final long autoRenewNanos;
    private int wanted;
    private int failed;
    private int looks;
    private int wantedBehindALook;
    private int asksAgain;

    private @Nullable SessionDemand sessions;

    @Nullable
    BrokerException over;

    /** @param flags those of the queue that it will subscribe to */
    TestSubscriber(RequestFlags flags, ReceiveMode mode, @Nullable MessageFilter filter, long autoRenewNanos) {
        this.flags = flags;
        this.slot = flags.takeSlot();
        this.mode = mode;
        this.filter = filter;
        this.autoRenewNanos = autoRenewNanos;
    }

    /** It takes messages session by session. */
    TestSubscriber of(SessionDemand demand) {
        sessions = demand;
        return this;
    }

    @Override
    public @Nullable SessionDemand sessionDemand(int partition) {
        return sessions;
    }

    void want(int count) {
        wanted = count;
        if (count > 0) {
            flags.raise(slot);
        }
    }

    /** How often a partition has looked whether it wants something. */
    int looks() {
        return looks;
    }

    @Override
    public int slot() {
        return slot;
    }

    /** Behind the next look that finds it idle it wants this many, and sees its flag raised. */
    void wantBehindALook(int count) {
        wantedBehindALook = count;
    }

    /** How often it was told to look for partitions itself. */
    int asksAgain() {
        return asksAgain;
    }

    @Override
    public boolean isWaiting() {
        boolean waiting = wanted > 0;
        if (!waiting) {
            wanted = wantedBehindALook;
            wantedBehindALook = 0;
        }
        return waiting;
    }

    @Override
    public void askAgain() {
        asksAgain++;
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
        looks++;
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
                want(wanted + 1);
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
