/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.util.List;

/**
 * One way to load a Jakarta Messaging provider, and what a journal alone must do for the same result.
 *
 * <p>Immutable.
 */
interface Workload {

    /** Short name, W1 and so on, as on the command line and in the results. */
    String id();

    /** What is done and what one operation is, for a reader of the results. */
    String description();

    /** One worker a thread, each with a connection of its own, so that no provider is held back by a shared one. */
    List<Worker> workers(ConnectionFactory factory) throws JMSException;

    /** The durable writes behind this workload. */
    JournalLoad journalLoad();

    /**
     * What a journal does, one blocking synced write after the other in each thread.
     *
     * @param threads threads that write
     * @param deletes whether an operation is an add and its delete, or an add alone
     */
    record JournalLoad(int threads, boolean deletes) {

        /** Of a workload that leaves nothing on the disk. */
        static final JournalLoad NOTHING = new JournalLoad(0, false);

        boolean isNothing() {
            return threads == 0;
        }
    }
}
