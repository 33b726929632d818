/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration;

import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/**
 * An embedded Artemis beside that of the programs.
 *
 * <p>For one test.
 */
final class EmbeddedArtemis implements AutoCloseable {

    /** That of the programs is 0. */
    private static final AtomicInteger LAST = new AtomicInteger();

    private final String url = "vm://" + LAST.incrementAndGet();
    private final EmbeddedActiveMQ server = new EmbeddedActiveMQ();
    private final ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url);

    EmbeddedArtemis(Path directory) throws Exception {
        server.setConfiguration(new ConfigurationImpl()
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setJournalType(JournalType.NIO)
                .setJournalDirectory(directory.resolve("journal").toString())
                .setBindingsDirectory(directory.resolve("bindings").toString())
                .setLargeMessagesDirectory(directory.resolve("large").toString())
                .setPagingDirectory(directory.resolve("paging").toString())
                .addAcceptorConfiguration("in-vm", url));
        server.start();
    }

    ConnectionFactory factory() {
        return factory;
    }

    /** How many messages of a queue are with a client, received or in its buffer. */
    int delivering(String queue) {
        return server.getActiveMQServer().locateQueue(queue).getDeliveringCount();
    }

    @Override
    public void close() throws Exception {
        factory.close();
        server.stop();
    }
}
