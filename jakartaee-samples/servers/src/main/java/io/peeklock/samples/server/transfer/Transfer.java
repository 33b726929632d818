/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server.transfer;

import io.peeklock.samples.server.Chronicle;
import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJBException;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.MessageDrivenContext;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Puts an order into the table and tells the warehouse. Message, row and telling are one transaction of the container, in two phases.
 *
 * <p>Used by one thread at a time, as the container has it.
 */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "destinationName", propertyValue = "transfers"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "1"),
            @ActivationConfigProperty(propertyName = "redeliveryDelay", propertyValue = "0")
        })
public class Transfer implements MessageListener {

    @Resource(name = "jms/bus")
    private ConnectionFactory bus;

    @Resource(lookup = TransferStory.DATABASE)
    private DataSource database;

    @Resource
    private MessageDrivenContext transaction;

    @Inject
    private Chronicle chronicle;

    @Override
    public void onMessage(Message order) {
        try (JMSContext context = bus.createContext();
                Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into orders values (?)")) {
            String text = order.getBody(String.class);
            insert.setString(1, text);
            insert.executeUpdate();
            context.createProducer().send(context.createQueue("warehouse"), "send " + text);
            if (text.contains("hot milk") && !order.getJMSRedelivered()) {
                // Too late: row and telling are there. None of it has happened.
                chronicle.note("rolled back: " + text);
                transaction.setRollbackOnly();
            } else {
                chronicle.note("transferred: " + text);
            }
        } catch (JMSException | SQLException e) {
            throw new EJBException(e);
        }
    }
}
