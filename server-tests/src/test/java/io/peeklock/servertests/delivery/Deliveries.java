/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.delivery;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What the beans of this application have been given, in the order in which they began with it. Any thread. */
final class Deliveries {

    private static final Queue<Delivery> ALL = new ConcurrentLinkedQueue<>();

    /** One message at one bean. */
    record Delivery(String bean, String text, int count) {}

    private Deliveries() {}

    static Delivery record(Object bean, Message message) {
        try {
            Delivery delivery = new Delivery(
                    bean.getClass().getSimpleName(),
                    message.getBody(String.class),
                    message.getIntProperty("JMSXDeliveryCount"));
            ALL.add(delivery);
            return delivery;
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<Delivery> to(Class<?> bean) {
        return ALL.stream()
                .filter(delivery -> delivery.bean().equals(bean.getSimpleName()))
                .toList();
    }
}
