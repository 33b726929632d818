/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.transactions;

import io.peeklock.servertests.inside.Ledger;
import jakarta.annotation.Resource;
import jakarta.ejb.EJB;
import jakarta.ejb.SessionContext;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.sql.SQLException;

/** Works with an injected context in transactions of the container. A bean of the server. */
@Stateless
public class Clerk {

    /** What a transaction is to come to. */
    public enum End {
        COMMIT,
        ROLLBACK
    }

    @Inject
    @JMSConnectionFactory("java:comp/env/jms/bus")
    private JMSContext context;

    @Resource
    private SessionContext session;

    @EJB
    private Ledger ledger;

    public void send(String queue, String text, End end) {
        context.createProducer().send(context.createQueue(queue), text);
        end(end);
    }

    /** The delivery count of the message that comes first, or 0 if none comes. */
    public int receive(String queue, End end) throws JMSException {
        try (JMSConsumer consumer = context.createConsumer(context.createQueue(queue))) {
            Message message = consumer.receive(10_000);
            end(end);
            return message == null ? 0 : message.getIntProperty("JMSXDeliveryCount");
        }
    }

    public void sendAndWrite(String queue, String text, End end) throws SQLException {
        context.createProducer().send(context.createQueue(queue), text);
        ledger.write(text);
        end(end);
    }

    /** Sends in two transactions, of which the outer one is suspended and rolled back. */
    public void sendAndHaveSent(String queue, String own, String other, Clerk colleague) {
        context.createProducer().send(context.createQueue(queue), own);
        colleague.sendInItsOwnTransaction(queue, other);
        context.createProducer().send(context.createQueue(queue), own);
        session.setRollbackOnly();
    }

    @TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
    public void sendInItsOwnTransaction(String queue, String text) {
        context.createProducer().send(context.createQueue(queue), text);
    }

    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    public void sendOutsideOfATransaction(String queue, String text) {
        context.createProducer().send(context.createQueue(queue), text);
    }

    private void end(End end) {
        if (end == End.ROLLBACK) {
            session.setRollbackOnly();
        }
    }
}
