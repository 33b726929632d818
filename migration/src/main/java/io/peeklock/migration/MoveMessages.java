/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Moves what is left in another broker into a queue of the bus, with type, correlation, group, priority, delivery mode,
 * what remains of its time to live, and the application's properties.
 *
 * <p>A batch is committed in the bus first and in the other broker then. Whoever is stopped in between moves that batch once
 * more; a queue that detects duplicates drops it, since each message comes under the id that it had. Used by one thread.
 */
public final class MoveMessages {

    /** Long property of a moved message: when it was first sent, in milliseconds since the epoch. */
    public static final String FIRST_SENT = "FirstSent";

    private static final String MESSAGE_ID = "JMS_SB_MessageId";
    private static final int BATCH = 100;
    private static final Set<String> GROUP = Set.of("JMSXGroupID", "JMSXGroupSeq");

    private final Connection from;
    private final Connection to;
    private final long patienceMs;

    /**
     * @param from of the other broker; started
     * @param to of the bus
     * @param patienceMs how long nothing must come, in milliseconds, until all is taken for moved
     */
    public MoveMessages(Connection from, Connection to, long patienceMs) {
        this.from = from;
        this.to = to;
        this.patienceMs = patienceMs;
    }

    /** What is emptied: a queue, or a durable subscription, of the other broker. */
    @FunctionalInterface
    public interface Source {
        /** Opens a consumer of it in a transacted session. */
        MessageConsumer open(Session session) throws JMSException;
    }

    /**
     * Moves until nothing comes any more.
     *
     * @param target queue of the bus; with duplicate detection nothing is moved twice
     * @return how many messages were moved, those that were dropped as duplicates among them
     * @throws JMSException if either side refuses; what is not committed there stays there
     */
    public long move(Source source, String target) throws JMSException {
        long moved = 0;
        try (Session taking = from.createSession(Session.SESSION_TRANSACTED);
                Session giving = to.createSession(Session.SESSION_TRANSACTED);
                MessageConsumer consumer = source.open(taking);
                MessageProducer producer = giving.createProducer(giving.createQueue(target))) {
            int batch;
            do {
                batch = 0;
                Message message = consumer.receive(patienceMs);
                while (message != null) {
                    send(message, producer);
                    batch++;
                    message = batch < BATCH ? consumer.receive(patienceMs) : null;
                }
                giving.commit();
                taking.commit();
                moved += batch;
            } while (batch == BATCH);
        }
        return moved;
    }

    private static void send(Message message, MessageProducer producer) throws JMSException {
        int deliveryMode = message.getJMSDeliveryMode();
        int priority = message.getJMSPriority();
        long expiration = message.getJMSExpiration();
        long timeToLiveMs = expiration == 0 ? 0 : Math.max(1, expiration - System.currentTimeMillis());
        replaceProperties(message);
        producer.send(message, deliveryMode, priority, timeToLiveMs);
    }

    /** What the other broker has written for itself stays behind. */
    private static void replaceProperties(Message message) throws JMSException {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (Object each : Collections.list(message.getPropertyNames())) {
            String name = (String) each;
            boolean ofBroker = name.startsWith("JMS") || name.startsWith("_AMQ") || name.startsWith("__AMQ");
            if (!ofBroker || GROUP.contains(name)) {
                properties.put(name, message.getObjectProperty(name));
            }
        }
        properties.put(MESSAGE_ID, message.getJMSMessageID());
        properties.put(FIRST_SENT, message.getJMSTimestamp());
        message.clearProperties();
        for (Map.Entry<String, Object> property : properties.entrySet()) {
            message.setObjectProperty(property.getKey(), property.getValue());
        }
    }
}
