/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.artemis.StoreRestore;
import io.peeklock.journal.disk.FileSystemDisk;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup that a program asks for by way of its JMS session while others send and receive. */
class BackupIT {

    private static final String ORDERS = "orders";
    private static final int MANY = 300;

    @TempDir
    private Path directory;

    private final AtomicBoolean enough = new AtomicBoolean();
    private final Set<String> sending = ConcurrentHashMap.newKeySet();
    private final Set<String> sent = ConcurrentHashMap.newKeySet();
    private final Set<String> acknowledging = ConcurrentHashMap.newKeySet();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    private PeeklockConnectionFactory factory(String name, boolean partitioned) {
        return new PeeklockConnectionFactory("peeklock:file:" + directory.resolve(name)
                + "?partitions=4&linger=0&autoCreate.partitioned=" + partitioned);
    }

    private @Nullable Void send(Connection connection, String sender) throws JMSException {
        try (Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue(ORDERS))) {
            for (int i = 0; !enough.get(); i++) {
                String text = sender + i;
                sending.add(text);
                producer.send(session.createTextMessage(text));
                sent.add(text);
            }
        }
        return null;
    }

    private @Nullable Void receive(Connection connection) throws JMSException {
        try (Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS))) {
            while (!enough.get()) {
                Message message = consumer.receive(10);
                if (message != null) {
                    String text = String.valueOf(TestBroker.text(message));
                    acknowledging.add(text);
                    message.acknowledge();
                    acknowledged.add(text);
                }
            }
        }
        return null;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hasWhatWasSentBeforeAndNotWhatWasAcknowledgedBefore(boolean partitioned) throws Exception {
        Set<String> sentBefore;
        Set<String> acknowledgedBefore;
        Set<String> sendingUntil;
        Set<String> acknowledgingUntil;
        try (PeeklockConnectionFactory factory = factory("bus", partitioned);
                Connection connection = factory.createConnection();
                BusSession session = (BusSession) connection.createSession()) {
            connection.start();
            List<Running<Void>> running = List.of(
                    Running.start(() -> send(connection, "a")),
                    Running.start(() -> send(connection, "b")),
                    Running.start(() -> receive(connection)));
            await().until(() -> sent.size() > MANY && acknowledged.size() > 10);
            sentBefore = Set.copyOf(sent);
            acknowledgedBefore = Set.copyOf(acknowledged);
            session.namespace().backup(directory.resolve("backup")).join();
            sendingUntil = Set.copyOf(sending);
            acknowledgingUntil = Set.copyOf(acknowledging);
            int then = sent.size();
            await().until(() -> sent.size() > then + MANY);
            enough.set(true);
            for (Running<Void> each : running) {
                each.result();
            }
        }
        Path restored = directory.resolve("restored");
        new StoreRestore(directory.resolve("backup"), false, Map.of())
                .into(restored, new FileSystemDisk(), Clock.systemUTC(), ignored -> {});
        Set<String> there = drained("restored", partitioned);
        Set<String> atLeast = new HashSet<>(sentBefore);
        atLeast.removeAll(acknowledgingUntil);
        assertThat(there).containsAll(atLeast).isSubsetOf(sendingUntil).doesNotContainAnyElementsOf(acknowledgedBefore);
        Set<String> left = new HashSet<>(sent);
        left.removeAll(acknowledged);
        assertThat(drained("bus", partitioned)).isEqualTo(left);
    }

    private Set<String> drained(String store, boolean partitioned) throws JMSException {
        try (TestBroker broker = new TestBroker(factory(store, partitioned))) {
            List<String> texts = broker.drain(ORDERS);
            assertThat(texts).doesNotHaveDuplicates();
            return Set.copyOf(texts);
        }
    }
}
