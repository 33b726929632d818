/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.delivery;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What has happened in the sessions of queue trips: each in its order, and in one bean at a time. Any thread. */
final class Trips {

    /** Two sessions must be under way at once, or their first messages are refused. */
    private static final CyclicBarrier TWO_AT_ONCE = new CyclicBarrier(2);

    private static final Map<String, List<String>> STOPS = new ConcurrentHashMap<>();
    private static final Map<String, AtomicInteger> INSIDE = new ConcurrentHashMap<>();
    private static final AtomicInteger OVERLAPS = new AtomicInteger();

    private Trips() {}

    static void takePart(Message message) {
        try {
            String session = message.getStringProperty("JMSXGroupID");
            AtomicInteger inside = INSIDE.computeIfAbsent(session, key -> new AtomicInteger());
            if (inside.incrementAndGet() > 1) {
                OVERLAPS.incrementAndGet();
            }
            try {
                String text = message.getBody(String.class);
                if (text.equals("1")) {
                    TWO_AT_ONCE.await(1, TimeUnit.MINUTES);
                }
                STOPS.computeIfAbsent(session, key -> new CopyOnWriteArrayList<>())
                        .add(text);
            } finally {
                inside.decrementAndGet();
            }
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        } catch (Exception e) {
            throw new IllegalStateException("no second session was under way", e);
        }
    }

    static Map<String, List<String>> stops() {
        return STOPS;
    }

    static int overlaps() {
        return OVERLAPS.get();
    }
}
