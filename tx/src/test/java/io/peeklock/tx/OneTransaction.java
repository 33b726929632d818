/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.namespace.TestBus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A bus of four partitions and a transaction on it, whose time-outs end when a test says so.
 *
 * <p>Not thread safe.
 */
abstract class OneTransaction {
    /** The time-outs that were begun, to be run by hand. */
    final List<Runnable> timers = new ArrayList<>();

    TestBus bus;
    LocalTransaction transaction;

    @BeforeEach
    final void openBus() {
        bus = TestBus.simulated(4, TestBus.config(Profile.JMS));
        begin(Profile.JMS);
    }

    @AfterEach
    final void closeBus() {
        bus.close();
    }

    /** The transaction is a new one from now on. */
    final LocalTransaction begin(Profile profile) {
        return begin(TransactionSettings.of(profile));
    }

    final LocalTransaction begin(TransactionSettings settings) {
        TransactionTimer timer = (delay, task) -> {
            timers.add(task);
            return () -> timers.remove(task);
        };
        transaction = new LocalTransactions(bus.namespace, settings, timer).begin();
        return transaction;
    }
}
