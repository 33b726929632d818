/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.delivery;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Shares a durable subscription with another bean. A bean of the server. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationLookup", propertyValue = "jms/rates"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Topic"),
            @ActivationConfigProperty(propertyName = "subscriptionDurability", propertyValue = "Durable"),
            @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "shared"),
            @ActivationConfigProperty(propertyName = "sharedSubscription", propertyValue = "true"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "1")
        })
public class SharedTwoBean implements MessageListener {

    @Override
    public void onMessage(Message message) {
        Deliveries.record(this, message);
        SharedWork.meet();
    }
}
