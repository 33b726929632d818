/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.testing;

import io.peeklock.testing.TestNamespace;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQJMSConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a test of its own broker pays: it is opened, a message is sent and received, and it is closed. In memory, nothing of it on
 * disk, for Peeklock and for the peers.
 *
 * <p>Stateless; one thread.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TestBrokerBenchmark {

    private static final long PATIENCE_MS = 10_000;

    /** Neither sends nor receives. */
    @Benchmark
    public void peeklockUnused() {
        TestNamespace.open().close();
    }

    @Benchmark
    public String peeklock() throws JMSException {
        try (TestNamespace bus = TestNamespace.open()) {
            return sendAndReceive(bus.connectionFactory());
        }
    }

    /** By a clock that the test moves. */
    @Benchmark
    public String peeklockManualClock() throws JMSException {
        try (TestNamespace bus = TestNamespace.builder().manualClock().open()) {
            return sendAndReceive(bus.connectionFactory());
        }
    }

    @Benchmark
    public String artemis() throws Exception {
        EmbeddedActiveMQ server = new EmbeddedActiveMQ();
        server.setConfiguration(new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                // Without these it warns; nothing goes there.
                .addAddressSetting(
                        "#",
                        new AddressSettings()
                                .setDeadLetterAddress(SimpleString.of("DLQ"))
                                .setExpiryAddress(SimpleString.of("ExpiryQueue")))
                .addAcceptorConfiguration("in-vm", "vm://0"));
        server.start();
        try (ActiveMQJMSConnectionFactory factory = new ActiveMQJMSConnectionFactory("vm://0")) {
            return sendAndReceive(factory);
        } finally {
            server.stop();
        }
    }

    @Benchmark
    public String activemq() throws Exception {
        BrokerService broker = new BrokerService();
        broker.setBrokerName("benchmark");
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.start();
        broker.waitUntilStarted();
        try {
            return sendAndReceive(new ActiveMQConnectionFactory("vm://benchmark?create=false"));
        } finally {
            broker.stop();
            broker.waitUntilStopped();
        }
    }

    private static String sendAndReceive(ConnectionFactory factory) throws JMSException {
        try (JMSContext context = factory.createContext()) {
            Queue orders = context.createQueue("orders");
            context.createProducer().send(orders, "one espresso");
            // Not receiveBody, which ActiveMQ does not have.
            Message message = context.createConsumer(orders).receive(PATIENCE_MS);
            return message.getBody(String.class);
        }
    }
}
