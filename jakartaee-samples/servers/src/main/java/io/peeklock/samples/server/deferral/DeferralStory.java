/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server.deferral;

import io.peeklock.samples.server.Chronicle;
import io.peeklock.samples.server.Story;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.servlet.annotation.WebServlet;
import java.util.List;
import java.util.function.Consumer;

/** Sends three payments, and then their orders in another order. For one request at a time. */
@WebServlet("/deferral")
public class DeferralStory extends Story {

    private static final long serialVersionUID = 1L;

    @Resource(name = "jms/bus")
    private transient ConnectionFactory bus;

    @Inject
    private transient Chronicle chronicle;

    @Override
    protected void tell(Consumer<String> line) throws InterruptedException, JMSException {
        send("payment", List.of("1", "2", "3"));
        chronicle.take(3).forEach(line);
        send("order", List.of("2", "3", "1", "4"));
        chronicle.take(4).forEach(line);
    }

    private void send(String type, List<String> orderIds) throws JMSException {
        try (JMSContext context = bus.createContext()) {
            for (String id : orderIds) {
                Message message = context.createTextMessage(id + "0.00");
                message.setJMSType(type);
                message.setStringProperty(Checkout.ORDER_ID, id);
                context.createProducer().send(context.createQueue(Checkout.QUEUE), message);
            }
        }
    }
}
