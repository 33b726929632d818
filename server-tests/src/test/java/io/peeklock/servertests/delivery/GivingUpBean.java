/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.delivery;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Throws whatever it is given, and has a limit of its own to that, with growing delays. A bean of the server. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationName", propertyValue = "given-up"),
            @ActivationConfigProperty(propertyName = "maxRedeliveries", propertyValue = "2"),
            @ActivationConfigProperty(propertyName = "redeliveryDelay", propertyValue = "100ms"),
            @ActivationConfigProperty(propertyName = "redeliveryBackOffMultiplier", propertyValue = "3"),
            @ActivationConfigProperty(propertyName = "maxRedeliveryDelay", propertyValue = "1s")
        })
public class GivingUpBean implements MessageListener {

    @Override
    public void onMessage(Message message) {
        Deliveries.record(this, message);
        throw new IllegalArgumentException("no glass is clean");
    }
}
