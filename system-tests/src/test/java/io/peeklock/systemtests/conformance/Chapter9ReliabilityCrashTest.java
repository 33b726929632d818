/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static io.peeklock.systemtests.conformance.Provider.deliveryCount;
import static io.peeklock.systemtests.conformance.Provider.textOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.systemtests.JavaProcess;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * Section 9.1, reliability, after a process was killed: what was promised before is so when the store is opened again.
 *
 * <p>Not thread safe. One process is killed for each kind of queue; each test looks at a queue of its own.
 */
@Tag("JMS-9.1")
final class Chapter9ReliabilityCrashTest {

    private static final List<String> ALL = Provider.numbered("m", CrashedClient.COUNT);

    @TempDir
    static Path directory;

    private static final Map<EntityKind, Crash> CRASHES = new EnumMap<>(EntityKind.class);

    /** What a process said before it was killed, and the provider that has opened its store. */
    private record Crash(List<String> acknowledged, List<String> held, List<String> received, Provider provider) {}

    @BeforeAll
    static void kill() throws Exception {
        for (EntityKind kind : EntityKind.values()) {
            try (JavaProcess process =
                    JavaProcess.start(CrashedClient.class, Provider.url(directory.resolve(kind.name())), kind.name())) {
                List<String> said = process.read(4);
                assertThat(said)
                        .as("what the process said before it ended by itself")
                        .hasSize(4)
                        .endsWith(CrashedClient.DONE);
                process.kill();
                CRASHES.put(
                        kind,
                        new Crash(
                                words(said.get(0)),
                                words(said.get(1)),
                                words(said.get(2)),
                                Provider.onDisk(directory.resolve(kind.name()))));
            }
        }
    }

    @AfterAll
    static void close() throws JMSException {
        for (Crash crash : CRASHES.values()) {
            crash.provider().close();
        }
        CRASHES.clear();
    }

    @OnAnyEntity
    @Tag("JMS-7.7")
    void persistentMessagesAreThereOnceEach(EntityKind kind) throws JMSException {
        assertThat(drain(kind, CrashedClient.SENT).keySet()).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @InOnePartition
    @Tag("JMS-6.2.9.1")
    void persistentMessagesAreInTheOrderOfTheirSends(EntityKind kind) throws JMSException {
        assertThat(drain(kind, CrashedClient.SENT_IN_ORDER).keySet()).containsExactlyElementsOf(ALL);
    }

    @OnAnyEntity
    @Tag("JMS-7.3.1")
    void messagesWhoseAsynchronousSendHadCompletedAreThereOnceEach(EntityKind kind) throws JMSException {
        assertThat(drain(kind, CrashedClient.SENT_ASYNCHRONOUSLY).keySet()).containsExactlyInAnyOrderElementsOf(ALL);
    }

    /** At most once; this provider's are gone. */
    @OnAnyEntity
    @Tag("JMS-7.7")
    @Tag("N10")
    void nonPersistentMessagesAreGone(EntityKind kind) throws JMSException {
        assertThat(drain(kind, CrashedClient.NON_PERSISTENT)).isEmpty();
    }

    @OnAnyEntity
    @Tag("JMS-6.2.7")
    void aCommittedTransactionIsThereAndAnOpenOneIsNot(EntityKind kind) throws JMSException {
        assertThat(drain(kind, CrashedClient.COMMITTED).keySet()).containsExactlyElementsOf(ALL);
    }

    @OnAnyEntity
    @Tag("JMS-6.2.7")
    @Tag("L13")
    void whatAnOpenTransactionHadReceivedComesAgainFirst(EntityKind kind) throws JMSException {
        Map<String, Message> messages = drain(kind, CrashedClient.ROLLED_BACK);
        assertThat(messages.keySet()).containsExactlyElementsOf(ALL);
        assertRedelivered(messages, ALL.subList(0, 3));
    }

    @OnAnyEntity
    @Tag("JMS-6.2.11")
    void whatWasAcknowledgedDoesNotComeAgain(EntityKind kind) throws JMSException {
        Crash crash = CRASHES.get(kind);
        Map<String, Message> messages = drain(kind, CrashedClient.BY_CLIENT);
        assertThat(messages.keySet())
                .containsExactlyInAnyOrderElementsOf(ALL.stream()
                        .filter(text -> !crash.acknowledged().contains(text))
                        .toList());
        assertRedelivered(messages, crash.held());
    }

    /** One message, the last that was received, may come again; then it says so. */
    @OnAnyEntity
    @Tag("JMS-6.2.11")
    void whatAcknowledgedItselfDoesNotComeAgainButForTheLast(EntityKind kind) throws JMSException {
        List<String> received = CRASHES.get(kind).received();
        String last = received.get(received.size() - 1);
        Map<String, Message> messages = drain(kind, CrashedClient.BY_ITSELF);
        List<String> untouched =
                ALL.stream().filter(text -> !received.contains(text)).toList();
        assertThat(messages.keySet()).containsAll(untouched);
        assertThat(messages.keySet().stream().filter(text -> !untouched.contains(text)))
                .isSubsetOf(last);
        if (messages.containsKey(last)) {
            assertRedelivered(messages, List.of(last));
        }
    }

    private static void assertRedelivered(Map<String, Message> messages, List<String> redelivered) throws JMSException {
        for (Map.Entry<String, Message> entry : messages.entrySet()) {
            boolean again = redelivered.contains(entry.getKey());
            assertThat(entry.getValue().getJMSRedelivered()).as(entry.getKey()).isEqualTo(again);
            assertThat(deliveryCount(entry.getValue())).as(entry.getKey()).isEqualTo(again ? 2 : 1);
        }
    }

    /** All messages of a queue, none twice, in the order they come. */
    private static Map<String, Message> drain(EntityKind kind, String name) throws JMSException {
        Provider provider = CRASHES.get(kind).provider();
        Queue queue = provider.queue(kind, name);
        Map<String, Message> messages = new LinkedHashMap<>();
        List<String> twice = new ArrayList<>();
        try (Session session = provider.session(Session.CLIENT_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(queue)) {
            for (Message message = consumer.receiveNoWait(); message != null; message = consumer.receiveNoWait()) {
                if (messages.put(textOf(message), message) != null) {
                    twice.add(textOf(message));
                }
            }
        }
        assertThat(twice).as("received twice").isEmpty();
        return messages;
    }

    private static List<String> words(String line) {
        return Stream.of(line.split(" ")).toList();
    }
}
