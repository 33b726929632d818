/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server.peeklock;

import io.peeklock.jms.PeekLocked;
import io.peeklock.samples.server.Chronicle;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJBException;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/**
 * Makes drinks. An order is locked while it is worked on: it is completed when this returns, and unlocked, its failure counted, when
 * this throws. Anything else is said to its lock.
 *
 * <p>Used by one thread at a time, as the container has it.
 */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "destinationName", propertyValue = "drinks"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "1"),
            @ActivationConfigProperty(propertyName = "redeliveryDelay", propertyValue = "0")
        })
@TransactionManagement(TransactionManagementType.BEAN)
public class Barista implements MessageListener {

    @Inject
    private Chronicle chronicle;

    @Override
    public void onMessage(Message order) {
        try {
            String drink = order.getBody(String.class);
            int delivery = order.getIntProperty("JMSXDeliveryCount");
            PeekLocked lock = PeekLocked.of(order);
            switch (drink) {
                case "???" -> {
                    lock.deadLetter("Unreadable", "only question marks");
                    chronicle.note("unreadable: " + drink);
                }
                case "a slow brew" -> {
                    lock.renewLock();
                    chronicle.note("made, under a lock that was renewed: " + drink);
                }
                case "a drink that nobody knows" -> {
                    chronicle.note("failed, delivery " + delivery + ": " + drink);
                    throw new EJBException("nobody knows " + drink);
                }
                default -> chronicle.note("made: " + drink);
            }
        } catch (JMSException e) {
            throw new EJBException(e);
        }
    }
}
