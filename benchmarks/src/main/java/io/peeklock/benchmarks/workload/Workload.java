/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.workload;

import jakarta.jms.JMSException;
import java.util.List;

/**
 * What the contestants do in one measurement.
 *
 * <p>Immutable.
 */
public interface Workload {

    /** Of transactions and partitions: after 6 s they had half of the operations a second that they had after 18 s. */
    int LONG_WARM_UPS = 3;

    /** Who acknowledges messages one by one while others are sent. */
    enum Acknowledging {
        /** Nobody, or only by the commit of a transaction. */
        NOBODY,
        QUEUE,
        SUBSCRIPTIONS
    }

    /** Short name, W1 and so on, as on the command line and in the results. */
    String id();

    /** What is done and what one operation is, for a reader of the results. */
    String description();

    /** One worker a thread, each with a connection of its own, so that no provider is held back by a shared one. */
    List<Worker> workers(Peer peer) throws JMSException;

    /** The durable writes behind this workload, for what is measured without a provider. */
    StorageLoad storage();

    /**
     * How many times as long as others it warms up: more where much code is run, each part of it seldom, so that the JIT comes to it
     * late.
     */
    default int warmUps() {
        return 1;
    }

    default Acknowledging acknowledging() {
        return Acknowledging.NOBODY;
    }

    /** Whether Peeklock's queue is spread over its partitions. The peers have no such queues and take an ordinary one. */
    default boolean partitioned() {
        return false;
    }

    /** Whether the layers of Peeklock are measured one by one too. */
    default boolean layered() {
        return false;
    }

    /** Bytes of a message's body. */
    default int bodyBytes() {
        return Workloads.BODY_BYTES;
    }
}
