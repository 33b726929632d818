/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.workload;

import io.peeklock.benchmarks.workload.StorageLoad.Unit;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Producers and consumers on one queue at once.
 *
 * <p>Immutable; its workers belong to a thread each.
 *
 * @param each how many producers, and as many consumers
 * @param transaction messages of a transaction on both sides, 1 for none
 */
public record ExchangeWorkload(
        String id, int each, Consumer.Mode mode, int transaction, boolean persistent, int bodyBytes)
        implements Workload {

    /** Messages in the queue at most. */
    public static final int MAX_BACKLOG = 1000;

    private static final int MAX_BACKLOG_BYTES = 16 << 20;

    static ExchangeWorkload durable(String id, int each, Consumer.Mode mode, int bodyBytes) {
        return new ExchangeWorkload(id, each, mode, 1, true, bodyBytes);
    }

    static ExchangeWorkload transacted(String id, int each, int transaction) {
        return new ExchangeWorkload(id, each, Consumer.Mode.TRANSACTED, transaction, true, Workloads.BODY_BYTES);
    }

    static ExchangeWorkload nonPersistent(String id, int each) {
        return new ExchangeWorkload(id, each, Consumer.Mode.AUTO_ACKNOWLEDGE, 1, false, Workloads.BODY_BYTES);
    }

    @Override
    public String description() {
        return each + " + " + each + " producers and consumers on one queue, "
                + (persistent ? "persistent " : "non-persistent ") + (bodyBytes >> 10) + " KiB messages, "
                + switch (mode) {
                    case CLIENT_ACKNOWLEDGE -> "CLIENT_ACKNOWLEDGE of each one";
                    case AUTO_ACKNOWLEDGE -> "AUTO_ACKNOWLEDGE";
                    case TRANSACTED -> "in transactions of " + transaction + " on both sides";
                }
                + ", at most " + backlog() + " waiting; an operation is a message received, the latency that of "
                + switch (mode) {
                    case CLIENT_ACKNOWLEDGE -> "acknowledge()";
                    case AUTO_ACKNOWLEDGE -> "receive()";
                    case TRANSACTED -> "the consumer's commit()";
                };
    }

    @Override
    public StorageLoad storage() {
        return persistent
                ? new StorageLoad(2 * each, 1, Unit.ADD_AND_DELETE, transaction, bodyBytes)
                : StorageLoad.NOTHING;
    }

    @Override
    public Acknowledging acknowledging() {
        return persistent ? Acknowledging.QUEUE : Acknowledging.NOBODY;
    }

    @Override
    public int warmUps() {
        return mode == Consumer.Mode.TRANSACTED ? LONG_WARM_UPS : 1;
    }

    @Override
    public boolean layered() {
        return mode == Consumer.Mode.CLIENT_ACKNOWLEDGE;
    }

    private int backlog() {
        return Math.min(MAX_BACKLOG, MAX_BACKLOG_BYTES / bodyBytes);
    }

    @Override
    public List<Worker> workers(Peer peer) throws JMSException {
        Semaphore room = new Semaphore(backlog());
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            workers.add(Consumer.ofQueue(peer.connectionFactory(), mode, transaction, bodyBytes, room));
        }
        int deliveryMode = persistent ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT;
        for (int i = 0; i < each; i++) {
            workers.add(new BoundedProducer(
                    Producer.toQueue(
                            peer.connectionFactory(), Workloads.QUEUE, i, bodyBytes, deliveryMode, transaction),
                    room,
                    transaction));
        }
        return workers;
    }
}
