/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.Namespace;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who shares a broker, how long it lives, and what is left of it afterwards: nothing. */
class BrokerSharingTest {

    private final String url = "peeklock:mem:" + UUID.randomUUID();

    private static Namespace namespace(Connection connection) throws JMSException {
        return ((BusSession) connection.createSession()).namespace();
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
    class Sharing {

        @Test
        void factoriesOfOneNameShareABroker() throws JMSException {
            try (PeeklockConnectionFactory one = new PeeklockConnectionFactory(url);
                    PeeklockConnectionFactory two = new PeeklockConnectionFactory(url);
                    Connection first = one.createConnection();
                    Connection second = two.createConnection()) {
                assertThat(namespace(first)).isSameAs(namespace(second));
            }
        }

        @Test
        void anotherNameIsAnotherBroker() throws JMSException {
            try (PeeklockConnectionFactory one = new PeeklockConnectionFactory(url);
                    PeeklockConnectionFactory two = new PeeklockConnectionFactory(url + "x");
                    Connection first = one.createConnection();
                    Connection second = two.createConnection()) {
                assertThat(namespace(first)).isNotSameAs(namespace(second));
            }
        }

        @Test
        void settingsOfTheBrokerMustAgree() throws JMSException {
            try (PeeklockConnectionFactory one = new PeeklockConnectionFactory(url + "?partitions=4");
                    PeeklockConnectionFactory two = new PeeklockConnectionFactory(url + "?partitions=8");
                    PeeklockConnectionFactory any = new PeeklockConnectionFactory(url);
                    Connection first = one.createConnection();
                    Connection third = any.createConnection()) {
                assertThatThrownBy(two::createConnection)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("partitions");
                assertThat(namespace(third)).isSameAs(namespace(first));
            }
        }
    }

    @Nested
    class Lingering {

        @Test
        void inMemoryUntilTheFactoryIsClosed() throws JMSException {
            PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url);
            Namespace first;
            try (Connection connection = factory.createConnection()) {
                first = namespace(connection);
            }
            try (Connection connection = factory.createConnection()) {
                assertThat(namespace(connection)).isSameAs(first);
            }
            factory.close();
            try (PeeklockConnectionFactory other = new PeeklockConnectionFactory(url);
                    Connection connection = other.createConnection()) {
                assertThat(namespace(connection)).isNotSameAs(first);
            }
        }

        @Test
        void notAtAllWithZero() throws JMSException {
            int before = BrokerRegistry.ofThisClassLoader().size();
            try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url + "?linger=0s")) {
                Connection connection = factory.createConnection();
                assertThat(BrokerRegistry.ofThisClassLoader().size()).isEqualTo(before + 1);
                connection.close();
                assertThat(BrokerRegistry.ofThisClassLoader().size()).isEqualTo(before);
            }
        }

        @Test
        void endsByItself() throws JMSException {
            int before = BrokerRegistry.ofThisClassLoader().size();
            PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url + "?linger=10ms");
            factory.createConnection().close();
            Awaitility.await().until(() -> BrokerRegistry.ofThisClassLoader().size() == before);
        }

        @Test
        void isTakenBackByTheNextConnection() throws JMSException {
            try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url + "?linger=1h")) {
                Connection first = factory.createConnection();
                Namespace namespace = namespace(first);
                first.close();
                try (Connection second = factory.createConnection()) {
                    assertThat(namespace(second)).isSameAs(namespace);
                }
            }
        }

        @Test
        void aClosedFactoryLetsItsConnectionsGoOnAndMakesNoMore() throws JMSException {
            int before = BrokerRegistry.ofThisClassLoader().size();
            PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url);
            Connection connection = factory.createConnection();
            factory.close();
            factory.close();
            assertThat(connection.createSession().createTextMessage("a").getText())
                    .isEqualTo("a");
            assertThatThrownBy(factory::createConnection).isInstanceOf(IllegalStateException.class);
            connection.close();
            assertThat(BrokerRegistry.ofThisClassLoader().size()).isEqualTo(before);
        }
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        Set<String> before = threads();
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url);
                Connection connection = factory.createConnection()) {
            connection.start();
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue("orders"));
            java.util.concurrent.BlockingQueue<Message> seen = new java.util.concurrent.LinkedBlockingQueue<>();
            consumer.setMessageListener(seen::add);
            try (Session sender = connection.createSession()) {
                sender.createProducer(sender.createQueue("orders")).send(sender.createTextMessage("a"));
            }
            assertThat(seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isNotNull();
            assertThat(threads()).anyMatch(name -> name.startsWith("peeklock-listener"));
        }
        Awaitility.await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
    }

    @Test
    void aConnectionNeedsNoThreadOfItsOwn() throws Exception {
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url);
                Connection first = factory.createConnection()) {
            try (Connection second = factory.createConnection()) {
                second.start();
                Session session = second.createSession();
                session.createProducer(session.createQueue("orders")).send(session.createTextMessage("a"));
                assertThat(session.createConsumer(session.createQueue("orders")).receive(TestBroker.LONG_MS))
                        .isNotNull();
                assertThat(threads()).noneMatch(name -> name.startsWith("peeklock-listener"));
            }
        }
    }

    @Nested
    class TheFactory {

        @Test
        void withoutArgumentsIsInMemory() {
            assertThat(new PeeklockConnectionFactory().getUrl()).isEqualTo("peeklock:mem:default");
        }

        @Test
        void refusesWhatItDoesNotKnow() {
            assertThatThrownBy(() -> new PeeklockConnectionFactory(url + "?partition=4"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("partitions");
        }

        @Test
        void isSerializedAsItsUrl() throws Exception {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url + "?partitions=3");
                    ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(factory);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()));
                    PeeklockConnectionFactory copy = (PeeklockConnectionFactory) in.readObject();
                    Connection connection = copy.createConnection()) {
                assertThat(copy.getUrl()).isEqualTo(url + "?partitions=3");
                assertThat(namespace(connection).partitions()).isEqualTo(3);
            }
        }

        @Test
        void isReferencedByItsUrl() {
            assertThat(new PeeklockConnectionFactory(url)
                            .getReference()
                            .get(PeeklockConnectionFactory.REFERENCE_ADDRESS)
                            .getContent())
                    .isEqualTo(url);
        }
    }
}
