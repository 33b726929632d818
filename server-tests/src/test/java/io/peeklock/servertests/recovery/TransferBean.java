/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.recovery;

import io.peeklock.servertests.database.StopPoint;
import io.peeklock.servertests.inside.Ledger;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * Writes what it is given into the database and sends it to the queue of that name and {@code -out}; stops in its commit where the
 * message says it, the first time. A bean of the server.
 */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationLookup", propertyValue = "jms/transfers"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue")
        })
public class TransferBean implements MessageListener {

    @Inject
    @JMSConnectionFactory("java:comp/env/jms/bus")
    private JMSContext context;

    @EJB
    private Ledger ledger;

    @Override
    public void onMessage(Message message) {
        try {
            String name = message.getBody(String.class);
            Path reached = Path.of(message.getStringProperty("reached"));
            if (!Files.exists(reached)) {
                StopPoint.valueOf(message.getStringProperty("stop")).stopHere(reached);
            }
            context.createProducer().send(context.createQueue(name + "-out"), name);
            ledger.write(name);
        } catch (JMSException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
