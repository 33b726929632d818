/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.subject;

import io.peeklock.benchmarks.workload.Peer;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import java.nio.file.Path;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.ActiveMQXAConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;

/**
 * An embedded ActiveMQ Classic with KahaDB, which syncs every message as it comes.
 *
 * <p>Not thread safe.
 */
public final class ActiveMqPeer implements Peer {

    /** Below what any disk has, or the broker warns at each start. */
    private static final long STORE_LIMIT_BYTES = 4L << 30;

    private static final String URL = "vm://benchmark?create=false";

    private final boolean strict;
    private final BrokerService broker = new BrokerService();

    /**
     * @param strict whether a message is on disk before a consumer gets it, and acknowledge() waits for the disk; as it
     *     comes, KahaDB stores and dispatches at once, and never writes what was acknowledged before it was stored
     */
    ActiveMqPeer(boolean strict) {
        this.strict = strict;
    }

    @Override
    public void start(Path directory) throws Exception {
        KahaDBPersistenceAdapter store = new KahaDBPersistenceAdapter();
        store.setDirectory(directory.resolve("kahadb").toFile());
        if (strict) {
            store.setConcurrentStoreAndDispatchQueues(false);
        }
        broker.setBrokerName("benchmark");
        broker.setDataDirectoryFile(directory.toFile());
        broker.setPersistenceAdapter(store);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.getSystemUsage().getStoreUsage().setLimit(STORE_LIMIT_BYTES);
        broker.getSystemUsage().getTempUsage().setLimit(STORE_LIMIT_BYTES);
        broker.start();
        broker.waitUntilStarted();
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return configured(new ActiveMQConnectionFactory(URL));
    }

    @Override
    public XAConnectionFactory xaConnectionFactory() {
        return configured(new ActiveMQXAConnectionFactory(URL));
    }

    private <T extends ActiveMQConnectionFactory> T configured(T factory) {
        factory.setSendAcksAsync(!strict);
        return factory;
    }

    @Override
    public void stop() throws Exception {
        broker.stop();
        broker.waitUntilStopped();
    }
}
