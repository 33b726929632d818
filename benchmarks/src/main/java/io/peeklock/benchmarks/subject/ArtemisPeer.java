/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.subject;

import io.peeklock.benchmarks.workload.Peer;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import java.nio.file.Path;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQJMSConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * An embedded Artemis reached inside the JVM, with all but the arguments as it comes.
 *
 * <p>Not thread safe.
 */
public final class ArtemisPeer implements Peer {

    /** A buffer timeout that waits for nobody: what the others do meanwhile is batch enough. */
    static final int TUNED_NS = 1_000;

    private final JournalType journalType;
    private final @Nullable Integer journalBufferTimeoutNs;
    private final boolean acknowledgeWaits;
    private final EmbeddedActiveMQ server = new EmbeddedActiveMQ();
    private @Nullable ActiveMQJMSConnectionFactory factory;

    /**
     * @param journalType NIO, or ASYNCIO where {@link NativeLibrary} loads
     * @param journalBufferTimeoutNs how long the journal waits for company before it syncs, null for its default of 3.33
     *     ms, or of 0.5 ms with ASYNCIO
     * @param acknowledgeWaits whether acknowledge() waits for the disk; as it comes, it does not
     */
    ArtemisPeer(JournalType journalType, @Nullable Integer journalBufferTimeoutNs, boolean acknowledgeWaits) {
        this.journalType = journalType;
        this.acknowledgeWaits = acknowledgeWaits;
        this.journalBufferTimeoutNs = journalBufferTimeoutNs;
    }

    @Override
    public void start(Path directory) throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setName("benchmark")
                .setJournalType(journalType)
                .setJournalDirectory(directory.resolve("journal").toString())
                .setBindingsDirectory(directory.resolve("bindings").toString())
                .setLargeMessagesDirectory(directory.resolve("large").toString())
                .setPagingDirectory(directory.resolve("paging").toString())
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                // A disk that others have filled would block the senders without a word.
                .setMaxDiskUsage(-1)
                // Without these it warns; nothing goes there.
                .addAddressSetting(
                        "#",
                        new AddressSettings()
                                .setDeadLetterAddress(SimpleString.of("DLQ"))
                                .setExpiryAddress(SimpleString.of("ExpiryQueue")))
                .addAcceptorConfiguration("in-vm", "vm://0");
        if (journalBufferTimeoutNs != null) {
            configuration.setJournalBufferTimeout_NIO(journalBufferTimeoutNs);
            configuration.setJournalBufferTimeout_AIO(journalBufferTimeoutNs);
        }
        server.setConfiguration(configuration);
        server.start();
        factory = new ActiveMQJMSConnectionFactory("vm://0");
        factory.setBlockOnAcknowledge(acknowledgeWaits);
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return factory();
    }

    @Override
    public XAConnectionFactory xaConnectionFactory() {
        return factory();
    }

    private ActiveMQJMSConnectionFactory factory() {
        if (factory == null) {
            throw new IllegalStateException("not started");
        }
        return factory;
    }

    @Override
    public void stop() throws Exception {
        if (factory != null) {
            factory.close();
        }
        server.stop();
    }
}
