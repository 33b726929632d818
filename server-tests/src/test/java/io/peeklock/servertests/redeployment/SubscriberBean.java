/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.redeployment;

import io.peeklock.servertests.inside.Ledger;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.sql.SQLException;

/** Writes into the database what comes into its durable subscription. A bean of the server. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationLookup", propertyValue = "jms/prices"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Topic"),
            @ActivationConfigProperty(propertyName = "subscriptionDurability", propertyValue = "Durable"),
            @ActivationConfigProperty(propertyName = "clientId", propertyValue = "redeployment"),
            @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "kept")
        })
public class SubscriberBean implements MessageListener {

    @EJB
    private Ledger ledger;

    @Override
    public void onMessage(Message message) {
        try {
            ledger.write(message.getBody(String.class));
        } catch (JMSException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
