/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server.deadletters;

import io.peeklock.samples.server.Chronicle;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJBException;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/**
 * Prints labels as long as there is paper. A label that has failed three times is a dead letter: the first delivery and two more.
 *
 * <p>Used by one thread at a time, as the container has it.
 */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "destinationName", propertyValue = "labels"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "1"),
            @ActivationConfigProperty(propertyName = "maxRedeliveries", propertyValue = "2"),
            @ActivationConfigProperty(propertyName = "redeliveryDelay", propertyValue = "100ms"),
            @ActivationConfigProperty(propertyName = "redeliveryBackOffMultiplier", propertyValue = "2")
        })
public class Printer implements MessageListener {

    @Inject
    private PaperTray paper;

    @Inject
    private Chronicle chronicle;

    @Override
    public void onMessage(Message label) {
        try {
            String text = label.getBody(String.class);
            if (paper.isEmpty()) {
                chronicle.note("no paper, delivery " + label.getIntProperty("JMSXDeliveryCount") + ": " + text);
                throw new EJBException("no paper for " + text);
            }
            chronicle.note("printed: " + text);
        } catch (JMSException e) {
            throw new EJBException(e);
        }
    }
}
