/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server.deferral;

import io.peeklock.jms.BusContext;
import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeekLocked;
import io.peeklock.samples.server.Chronicle;
import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJBException;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Works on a payment after its order. A payment without order is deferred; its order finds it in the queue, by a peek, so that nobody
 * has to remember its number. What is done for a message is one transaction of the container.
 *
 * <p>Used by one thread at a time, as the container has it.
 */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "destinationName", propertyValue = "checkout"),
            // Else an order could look for its payment while that is about to be deferred.
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "1")
        })
public class Checkout implements MessageListener {

    static final String QUEUE = "checkout";
    static final String ORDER_ID = "orderId";
    private static final int PAGE = 100;

    @Resource(name = "jms/bus")
    private ConnectionFactory bus;

    @Inject
    private Chronicle chronicle;

    @Override
    public void onMessage(Message message) {
        try {
            String id = message.getStringProperty(ORDER_ID);
            if ("payment".equals(message.getJMSType())) {
                // Its order comes later, or it would have been sent to the till at once.
                PeekLocked.of(message).defer();
                chronicle.note("payment " + id + " waits for its order");
            } else {
                workOnOrder(id);
            }
        } catch (JMSException e) {
            throw new EJBException(e);
        }
    }

    private void workOnOrder(String id) throws JMSException {
        try (JMSContext context = bus.createContext()) {
            context.start();
            BusSession session = ((BusContext) context).busSession();
            Queue checkout = context.createQueue(QUEUE);
            Long number = deferredPayment(session, checkout, id);
            if (number == null) {
                chronicle.note("order " + id + " has no payment yet");
            } else {
                Message payment = session.receiveDeferred(checkout, number).get(0);
                chronicle.note("order " + id + ", and then its payment of " + payment.getBody(String.class));
            }
        }
    }

    private static @Nullable Long deferredPayment(BusSession session, Queue checkout, String id) throws JMSException {
        List<Message> page = session.peek(checkout, 0, PAGE);
        while (!page.isEmpty()) {
            long last = 0;
            for (Message message : page) {
                last = message.getLongProperty("JMS_SB_SequenceNumber");
                boolean isDeferred = "Deferred".equals(message.getStringProperty("JMS_SB_State"));
                if (isDeferred && id.equals(message.getStringProperty(ORDER_ID))) {
                    return last;
                }
            }
            page = session.peek(checkout, last + 1, PAGE);
        }
        return null;
    }
}
