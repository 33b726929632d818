/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.Namespace;
import io.peeklock.journal.JournalException;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Brokers in a directory: what lasts, who shares, who is refused. */
class FileBrokerIT {

    private static final String ORDERS = "orders";

    @TempDir
    private Path directory;

    private PeeklockConnectionFactory factory(String options) {
        return new PeeklockConnectionFactory("peeklock:file:" + directory.resolve("bus") + options);
    }

    private TestBroker open(String options) throws JMSException {
        return new TestBroker(factory(options));
    }

    private static Set<String> threads() {
        Set<String> names = new TreeSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.isAlive() && !thread.getName().startsWith("awaitility")) {
                names.add(thread.getName());
            }
        }
        return names;
    }

    @Nested
    class Lasting {

        @Test
        void messagesAndCountsOutliveTheBroker() throws JMSException {
            try (TestBroker broker = open("?partitions=4")) {
                broker.send(ORDERS, "a", "b");
                Session session = broker.session(Session.CLIENT_ACKNOWLEDGE);
                take(session.createConsumer(broker.queue(ORDERS)));
                session.recover();
            }
            assertThat(BrokerRegistry.ofThisClassLoader().size()).isZero();
            try (TestBroker broker = open("")) {
                Session session = broker.session(Session.CLIENT_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS));
                Message first = take(consumer);
                assertThat(text(first)).isEqualTo("a");
                assertThat(deliveryCount(first)).isEqualTo(2);
                assertThat(text(take(consumer))).isEqualTo("b");
                first.acknowledge();
            }
            try (TestBroker broker = open("")) {
                assertThat(broker.drain(ORDERS)).isEmpty();
            }
        }

        @Test
        @Tag("N4")
        void delayedMessagesWaitOnOrComeIfTheyAreOverdue() throws JMSException {
            long deliveryTimeMs;
            try (TestBroker broker = open("?partitions=1")) {
                Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(broker.queue(ORDERS));
                TextMessage later = session.createTextMessage("later");
                producer.setDeliveryDelay(3_600_000);
                producer.send(later);
                deliveryTimeMs = later.getJMSDeliveryTime();
                producer.setDeliveryDelay(1);
                producer.send(session.createTextMessage("overdue"));
            }
            try (TestBroker broker = open("")) {
                Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS));
                assertThat(text(take(consumer))).isEqualTo("overdue");
                assertThat(consumer.receiveNoWait()).isNull();
                Message later =
                        ((BusSession) session).peek(broker.queue(ORDERS), 0, 1).get(0);
                assertThat(later.getStringProperty("JMS_SB_State")).isEqualTo("Scheduled");
                assertThat(later.getJMSDeliveryTime()).isEqualTo(deliveryTimeMs);
            }
        }

        @Test
        @Tag("X1")
        void whatATransactionDidLastsAndWhatItDidNotDoDoesNot() throws JMSException {
            try (TestBroker broker = open("?partitions=4&autoCreate.partitioned=true")) {
                Session session = broker.session(Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(broker.queue(ORDERS));
                for (String key : List.of("a", "b", "c")) {
                    TextMessage message = session.createTextMessage(key);
                    message.setStringProperty("JMS_SB_PartitionKey", key);
                    producer.send(message);
                    if (key.equals("b")) {
                        session.rollback();
                    } else {
                        session.commit();
                    }
                }
            }
            try (TestBroker broker = open("?autoCreate.partitioned=true")) {
                assertThat(broker.drain(ORDERS)).containsExactlyInAnyOrder("a", "c");
            }
        }

        @Test
        void everyModeWorksOnDisk() throws JMSException {
            try (TestBroker broker = open("?partitions=2")) {
                for (int mode : List.of(0, 1, 2, 3, 100, 101)) {
                    broker.send(ORDERS, "a", "b");
                    Session session = broker.session(mode);
                    MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS));
                    List<String> seen = new ArrayList<>();
                    for (int i = 0; i < 2; i++) {
                        Message message = take(consumer);
                        seen.add(String.valueOf(text(message)));
                        message.acknowledge();
                    }
                    if (mode == Session.SESSION_TRANSACTED) {
                        session.commit();
                    }
                    session.close();
                    assertThat(seen).as("mode %d", mode).containsExactly("a", "b");
                    assertThat(broker.drain(ORDERS)).as("mode %d", mode).isEmpty();
                }
            }
        }
    }

    @Nested
    class Sharing {

        @Test
        void goesByTheRealPath() throws Exception {
            Path link = directory.resolve("link");
            try (TestBroker broker = open("");
                    PeeklockConnectionFactory other =
                            new PeeklockConnectionFactory("peeklock:file:" + link.resolve("bus"))) {
                Files.createSymbolicLink(link, directory);
                broker.send(ORDERS, "a");
                try (Connection connection = other.createConnection()) {
                    Namespace shared = ((BusSession) connection.createSession()).namespace();
                    assertThat(shared).isSameAs(((BusSession) broker.session(Session.AUTO_ACKNOWLEDGE)).namespace());
                }
            }
        }

        @Test
        void outlivesTheLastConnectionForAWhile() throws JMSException {
            try (PeeklockConnectionFactory factory = factory("")) {
                Connection first = factory.createConnection();
                Namespace namespace = ((BusSession) first.createSession()).namespace();
                first.close();
                try (Connection second = factory.createConnection()) {
                    assertThat(((BusSession) second.createSession()).namespace())
                            .isSameAs(namespace);
                }
            }
        }

        @Test
        void withAnotherClassLoaderIsRefusedNamingTheHolder() throws Exception {
            try (TestBroker broker = open("")) {
                broker.send(ORDERS, "a");
                List<URL> classPath = new ArrayList<>();
                for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                    classPath.add(Path.of(entry).toUri().toURL());
                }
                try (URLClassLoader other =
                        new URLClassLoader(classPath.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
                    Class<?> type = other.loadClass(PeeklockConnectionFactory.class.getName());
                    assertThat(type).isNotSameAs(PeeklockConnectionFactory.class);
                    Object factory = type.getConstructor(String.class).newInstance(broker.factory.getUrl());
                    assertThatThrownBy(() -> type.getMethod("createConnection").invoke(factory))
                            .isInstanceOf(InvocationTargetException.class)
                            .cause()
                            .hasMessageContaining(
                                    String.valueOf(ProcessHandle.current().pid()))
                            .satisfies(refusal -> assertThat(refusal.getClass()
                                            .getMethod("getErrorCode")
                                            .invoke(refusal))
                                    .isEqualTo("StoreLocked"));
                }
                assertThat(broker.drain(ORDERS)).containsExactly("a");
            }
        }
    }

    @Nested
    class Refusing {

        @Test
        @Tag("P1")
        void anotherNumberOfPartitionsThanTheStores() throws JMSException {
            open("?partitions=4").close();
            assertThatThrownBy(() -> open("?partitions=8"))
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("4")
                    .hasMessageContaining("8");
            assertThat(BrokerRegistry.ofThisClassLoader().size()).isZero();
        }

        @Test
        void anotherNumberOfPartitionsThanTheOpenBrokersNamingItsWholePath() throws Exception {
            try (TestBroker broker = open("?partitions=4");
                    PeeklockConnectionFactory other = factory("?partitions=8")) {
                assertThat(broker.connection).isNotNull();
                assertThatThrownBy(other::createConnection)
                        .isInstanceOf(JMSException.class)
                        .hasMessageContaining(directory.resolve("bus").toRealPath() + " is open already");
            }
        }

        @Test
        void aFileInTheDirectorysPlace() throws Exception {
            Files.writeString(directory.resolve("bus"), "not a directory");
            // With the caller's line, though another thread opens the store.
            assertThatThrownBy(() -> open(""))
                    .isInstanceOf(JMSException.class)
                    .satisfies(refusal -> assertThat(refusal.getStackTrace())
                            .extracting(StackTraceElement::getClassName)
                            .contains(FileBrokerIT.class.getName()))
                    .hasCauseInstanceOf(JournalException.class);
            assertThat(BrokerRegistry.ofThisClassLoader().size()).isZero();
        }
    }

    @Test
    void isClosedCleanlyByAnInterruptedThread() throws Exception {
        PeeklockConnectionFactory factory = factory("?partitions=2");
        TestBroker broker = new TestBroker(factory);
        broker.send(ORDERS, "a");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(broker.connection::close).hasCauseInstanceOf(InterruptedException.class);
            factory.close();
        } finally {
            assertThat(Thread.interrupted()).as("flag").isTrue();
        }
        assertThat(Files.readString(directory.resolve("bus/store.state"))).startsWith("closed");
        try (TestBroker again = open("")) {
            assertThat(again.drain(ORDERS)).containsExactly("a");
        }
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        Set<String> before = threads();
        try (TestBroker broker = open("")) {
            broker.send(ORDERS, "a");
            assertThat(broker.drain(ORDERS)).containsExactly("a");
        }
        Awaitility.await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
    }
}
