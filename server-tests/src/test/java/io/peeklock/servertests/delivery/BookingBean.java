/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.delivery;

import io.peeklock.servertests.inside.Ledger;
import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.MessageDrivenContext;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.sql.SQLException;

/** Writes what it is given into the database and sends it on, and the first time takes both back. A bean of the server. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationLookup", propertyValue = "jms/bookings"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue")
        })
public class BookingBean implements MessageListener {

    @Inject
    @JMSConnectionFactory("java:comp/env/jms/bus")
    private JMSContext jms;

    @EJB
    private Ledger ledger;

    @Resource
    private MessageDrivenContext context;

    @Override
    public void onMessage(Message message) {
        try {
            Deliveries.Delivery delivery = Deliveries.record(this, message);
            ledger.write(delivery.text());
            jms.createProducer().send(jms.createQueue("booked"), delivery.text());
            if (delivery.count() == 1) {
                context.setRollbackOnly();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
