/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.adapters;

import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.MessageDrivenContext;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Sends on what it is given, with its delivery count, and takes that back the first time. A bean of the server. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationName", propertyValue = "returned"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue")
        })
public class ReturningBean implements MessageListener {

    @Inject
    @JMSConnectionFactory("java:comp/env/jms/bus")
    private JMSContext jms;

    @Resource
    private MessageDrivenContext context;

    @Override
    public void onMessage(Message message) {
        try {
            int count = message.getIntProperty("JMSXDeliveryCount");
            jms.createProducer().send(jms.createQueue("forwarded"), message.getBody(String.class) + count);
            if (count == 1) {
                context.setRollbackOnly();
            }
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }
}
