/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.workload;

import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Producers of a topic, each of whose messages goes to every durable subscription.
 *
 * <p>Immutable; its workers belong to a thread each.
 */
public record TopicWorkload(String id, int producers, int subscriptions) implements Workload {

    private static final String TOPIC = "benchmark-topic";

    @Override
    public String description() {
        return producers + (producers == 1 ? " producer" : " producers")
                + " of persistent 1 KiB messages to a topic with " + subscriptions
                + " durable subscriptions, each with a consumer, AUTO_ACKNOWLEDGE, at most "
                + ExchangeWorkload.MAX_BACKLOG
                + " waiting in each; an operation is a message delivered to one of them, its latency that of receive()";
    }

    @Override
    public StorageLoad storage() {
        return new StorageLoad(producers, 1, StorageLoad.Unit.FAN_OUT, subscriptions, Workloads.BODY_BYTES);
    }

    @Override
    public Acknowledging acknowledging() {
        return Acknowledging.SUBSCRIPTIONS;
    }

    @Override
    public List<Worker> workers(Peer peer) throws JMSException {
        Semaphore room = new Semaphore(subscriptions * ExchangeWorkload.MAX_BACKLOG);
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < subscriptions; i++) {
            workers.add(Consumer.ofSubscription(peer.connectionFactory(), TOPIC, i, room));
        }
        for (int i = 0; i < producers; i++) {
            workers.add(new BoundedProducer(Producer.toTopic(peer.connectionFactory(), TOPIC, i), room, subscriptions));
        }
        return workers;
    }
}
