/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.error.BrokerException;

/**
 * Gives a message to who has asked for it.
 *
 * <p>Immutable.
 */
record HandOut(ReceiveRequest request, Delivery delivery) implements Round.Reply {
    @Override
    public void give() {
        request.deliver(delivery);
    }

    @Override
    public void fail(BrokerException cause) {
        if (delivery.lockToken() == null) {
            // The removal may be on disk: asking another partition instead would hide that.
            request.fail(cause);
        } else {
            request.giveBack();
        }
    }
}
