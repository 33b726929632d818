/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.payments;

import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeekLocked;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Works on orders and payments so that each payment comes after its order, in whatever order they arrive: a payment without
 * order is deferred until the order comes.
 *
 * <p>For one thread. What it has to remember is in the queue alone: a new one finds what an earlier one has deferred.
 */
final class Checkout implements AutoCloseable {

    static final String QUEUE = "checkout";
    static final String ORDER = "order";
    static final String PAYMENT = "payment";
    static final String ORDER_ID = "orderId";

    private static final int PAGE = 100;

    private final Connection connection;
    private final BusSession session;
    private final Queue queue;
    private final MessageConsumer consumer;
    private final Consumer<String> done;
    /** The sequence numbers of payments that wait for an order, by the order's id. */
    private final Map<String, Long> waitingPayments = new HashMap<>();

    /** @param done is told what was worked on, in order */
    Checkout(ConnectionFactory factory, Consumer<String> done) throws JMSException {
        this.done = done;
        connection = factory.createConnection();
        session = (BusSession) connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        queue = session.createQueue(QUEUE);
        consumer = session.createConsumer(queue);
        findWaitingPayments();
        connection.start();
    }

    /** A number that nobody has kept is found by a look into the queue. */
    private void findWaitingPayments() throws JMSException {
        long from = 0;
        var page = session.peek(queue, from, PAGE);
        while (!page.isEmpty()) {
            for (Message message : page) {
                if ("Deferred".equals(message.getStringProperty("JMS_SB_State"))) {
                    waitingPayments.put(
                            message.getStringProperty(ORDER_ID), message.getLongProperty("JMS_SB_SequenceNumber"));
                }
                from = message.getLongProperty("JMS_SB_SequenceNumber") + 1;
            }
            page = session.peek(queue, from, PAGE);
        }
    }

    /** How many payments wait for their order. */
    int waitingPayments() {
        return waitingPayments.size();
    }

    /** Works on what comes until nothing has come for so long. */
    void work(long patienceMs) throws JMSException {
        for (Message message = consumer.receive(patienceMs); message != null; message = consumer.receive(patienceMs)) {
            if (PAYMENT.equals(message.getJMSType())) {
                deferPayment(message);
            } else {
                workOnOrder(message);
            }
        }
    }

    /**
     * Its order comes later: one that was there already has asked for its payments only if they were. A shop that keeps its
     * orders in a database looks there first.
     */
    private void deferPayment(Message payment) throws JMSException {
        PeekLocked lock = PeekLocked.of(payment);
        lock.defer();
        waitingPayments.put(payment.getStringProperty(ORDER_ID), lock.sequenceNumber());
        done.accept("payment " + payment.getStringProperty(ORDER_ID) + " waits for its order");
    }

    private void workOnOrder(Message order) throws JMSException {
        String id = order.getStringProperty(ORDER_ID);
        done.accept("order " + id);
        Long number = waitingPayments.get(id);
        if (number != null) {
            Message payment = session.receiveDeferred(queue, number).get(0);
            done.accept("payment " + payment.getStringProperty(ORDER_ID));
        }
        // Both of them, which the session holds; if the process ends before, both come again.
        order.acknowledge();
        waitingPayments.remove(id);
    }

    /** Sends an order or a payment. */
    void send(String type, @Nullable String id) throws JMSException {
        try (var producer = session.createProducer(queue)) {
            Message message = session.createMessage();
            message.setJMSType(type);
            message.setStringProperty(ORDER_ID, id);
            producer.send(message);
        }
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
