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

/**
 * Producers that send persistent messages, each the next one when the last one is sent.
 *
 * <p>Immutable; its workers belong to a thread each.
 *
 * @param queues queues that the producers are spread over
 * @param transaction messages of a transaction, 1 for none
 * @param partitioned whether Peeklock's queue is spread over its partitions
 */
public record SendWorkload(String id, int producers, int queues, int transaction, boolean partitioned)
        implements Workload {

    @Override
    public String description() {
        return producers + (producers == 1 ? " producer sends" : " producers send") + " persistent 1 KiB messages to "
                + (queues == 1 ? "one queue" : queues + " queues")
                + (partitioned ? ", with Peeklock one over 16 partitions" : "")
                + (transaction == 1
                        ? "; an operation is a send"
                        : " in transactions of " + transaction
                                + "; an operation is a send, the latency that of a transaction with its commit");
    }

    @Override
    public StorageLoad storage() {
        return new StorageLoad(producers, partitioned ? producers : 1, Unit.ADD, transaction, Workloads.BODY_BYTES);
    }

    @Override
    public int warmUps() {
        return partitioned || transaction > 1 ? LONG_WARM_UPS : 1;
    }

    @Override
    public boolean layered() {
        return queues == 1 && transaction == 1 && !partitioned;
    }

    @Override
    public List<Worker> workers(Peer peer) throws JMSException {
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < producers; i++) {
            String queue = queues == 1 ? Workloads.QUEUE : Workloads.QUEUE + "-" + i % queues;
            workers.add(Producer.toQueue(
                    peer.connectionFactory(), queue, i, Workloads.BODY_BYTES, DeliveryMode.PERSISTENT, transaction));
        }
        return workers;
    }
}
