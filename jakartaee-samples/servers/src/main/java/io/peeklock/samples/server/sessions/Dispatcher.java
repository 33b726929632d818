/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server.sessions;

import io.peeklock.samples.server.Chronicle;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJBException;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/**
 * Follows trams. Up to four of these work at once, each on a tram of its own: the queue requires sessions, and a tram is a session.
 *
 * <p>Used by one thread at a time, as the container has it.
 */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "destinationName", propertyValue = "trams"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "4"),
            @ActivationConfigProperty(propertyName = "redeliveryDelay", propertyValue = "0")
        })
public class Dispatcher implements MessageListener {

    @Inject
    private Chronicle chronicle;

    @Override
    public void onMessage(Message stop) {
        try {
            String tram = stop.getStringProperty("JMSXGroupID");
            String name = stop.getBody(String.class);
            if (name.equals("depot") && !stop.getJMSRedelivered()) {
                chronicle.note(tram + ": depot is blocked");
                throw new EJBException("the depot is blocked for " + tram);
            }
            chronicle.note(tram + ": " + name);
        } catch (JMSException e) {
            throw new EJBException(e);
        }
    }
}
