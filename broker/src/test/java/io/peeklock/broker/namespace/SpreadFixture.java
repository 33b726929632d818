/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.routing.PartitionHash;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A namespace with a queue in one partition and one that is spread over all.
 *
 * <p>Not thread safe.
 */
abstract class SpreadFixture {
    static final int PARTITIONS = 4;
    static final EntityPath SPREAD = EntityPath.queue("spread");

    TestBus bus;

    @BeforeEach
    void open() {
        open(TestBus.config(Profile.JMS));
    }

    void open(NamespaceConfig config) {
        bus = TestBus.simulated(PARTITIONS, config);
        if (config.profile() == Profile.JMS) {
            bus.create(QueueDescription.builder("orders").maxSizeBytes(1 << 20));
            bus.create(QueueDescription.builder("spread").partitioned(true).maxSizeBytes(1 << 20));
        }
    }

    @AfterEach
    void close() {
        bus.close();
    }

    /** A key whose messages go to this partition. */
    static String keyOf(int partition) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> "k" + i)
                .filter(key -> PartitionHash.partitionOf(key, PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }

    long sendTo(int partition, String text) {
        return bus.send(SPREAD, TestBus.text(text).partitionKey(keyOf(partition)));
    }
}
