/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.delivery;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Receives from the bus of a connection factory that its descriptor names. A bean of the server. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationName", propertyValue = "looked-up"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue")
        })
public class LookingBean implements MessageListener {

    @Override
    public void onMessage(Message message) {
        Deliveries.record(this, message);
    }
}
