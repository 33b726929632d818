/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration;

import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.command.ActiveMQQueue;

/**
 * An embedded ActiveMQ beside that of the programs.
 *
 * <p>For one test.
 */
final class EmbeddedActiveMq implements AutoCloseable {

    private final String name = "beside-" + UUID.randomUUID();
    private final BrokerService broker = new BrokerService();

    EmbeddedActiveMq(Path directory) throws Exception {
        broker.setBrokerName(name);
        broker.setDataDirectoryFile(directory.toFile());
        broker.setUseJmx(false);
        broker.start();
        broker.waitUntilStarted();
    }

    ConnectionFactory factory() {
        ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory("vm://" + name + "?create=false");
        factory.setTrustAllPackages(true);
        return factory;
    }

    /** How many messages of a queue are with a client, received or in its buffer. */
    long delivering(String queue) throws Exception {
        return broker.getDestination(new ActiveMQQueue(queue))
                .getDestinationStatistics()
                .getInflight()
                .getCount();
    }

    @Override
    public void close() throws Exception {
        broker.stop();
        broker.waitUntilStopped();
    }
}
