/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnectionFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.Referenceable;
import javax.naming.spi.NamingManager;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chapter 5, administered objects: found by JNDI, stored and fetched, used by many at once. */
final class Chapter5AdministeredObjectsTest extends ProviderTestCase {

    @Nested
    @Tag("JMS-5.1")
    @SuppressWarnings("BanJNDI") // it is what this is about
    class Lookup {

        @TempDir
        Path directory;

        @Test
        void opensNothing() throws Exception {
            Path store = directory.resolve("store");
            Context context = context(Provider.url(store));
            ConnectionFactory factory = (ConnectionFactory) context.lookup("bus");
            assertThat(store).doesNotExist();
            factory.createConnection().close();
            assertThat(store).exists();
        }

        @Test
        void givesObjectsThatWorkTogether() throws Exception {
            Context context = context("peeklock:mem:administered");
            ConnectionFactory factory = (ConnectionFactory) context.lookup("bus");
            Queue orders = (Queue) context.lookup("orders");
            try (JMSContext messaging = factory.createContext()) {
                messaging.createProducer().send(orders, "a");
                assertThat(messaging.createConsumer(orders).receiveBody(String.class, Provider.LONG_MS))
                        .isEqualTo("a");
            }
        }

        /** docs/compatibility-kit.md; read as its porting class does it, from the class path. */
        @Test
        void findsWhatTheCompatibilityKitNeeds(@TempDir Path installed) throws Exception {
            Path source = Path.of("..", "docs", "compatibility-kit");
            Files.copy(source.resolve("users"), installed.resolve("users"));
            String names = Files.readString(source.resolve("jndi.properties"));
            Files.writeString(
                    installed.resolve("jndi.properties"), names.replace("/opt/peeklock-names", installed.toString()));
            Context context = contextOf(installed);
            QueueConnectionFactory queues = (QueueConnectionFactory) context.lookup("MyQueueConnectionFactory");
            TopicConnectionFactory topics = (TopicConnectionFactory) context.lookup("MyTopicConnectionFactory");
            TopicConnectionFactory durable = (TopicConnectionFactory) context.lookup("DURABLE_SUB_CONNECTION_FACTORY");
            ConnectionFactory any = (ConnectionFactory) context.lookup("MyConnectionFactory");
            for (String name : List.of("MY_QUEUE", "MY_QUEUE2", "testQ0", "testQ1", "testQ2", "testQueue2", "Q2")) {
                assertThat(((Queue) context.lookup(name)).getQueueName()).isEqualTo(name);
            }
            for (String name : List.of("MY_TOPIC", "MY_TOPIC2", "testT0", "testT1", "testT2")) {
                assertThat(((Topic) context.lookup(name)).getTopicName()).isEqualTo(name);
            }
            try (Connection one = queues.createQueueConnection("j2ee", "j2ee");
                    Connection two = topics.createTopicConnection("j2ee", "j2ee");
                    Connection three = durable.createTopicConnection("j2ee", "j2ee");
                    JMSContext four = any.createContext()) {
                assertThatThrownBy(() -> any.createConnection("invalid", "invalid"))
                        .isInstanceOf(JMSSecurityException.class);
                assertThat(one.getClientID()).isNull();
                assertThat(two.getClientID()).isNull();
                assertThat(three.getClientID()).isEqualTo("cts");
                JMSConsumer sharedBroker = four.createConsumer((Queue) context.lookup("MY_QUEUE"));
                Session session = one.createSession();
                session.createProducer((Queue) context.lookup("MY_QUEUE")).send(session.createTextMessage("a"));
                assertThat(sharedBroker.receiveBody(String.class, Provider.LONG_MS))
                        .isEqualTo("a");
            } finally {
                for (ConnectionFactory factory : List.of(queues, topics, durable, any)) {
                    ((PeeklockConnectionFactory) factory).close();
                }
            }
        }

        private static Context contextOf(Path directory) throws Exception {
            assertThat(directory.resolve("jndi.properties")).exists();
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            try (URLClassLoader loader =
                    new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
                thread.setContextClassLoader(loader);
                return new InitialContext();
            } finally {
                thread.setContextClassLoader(before);
            }
        }

        private static Context context(String url) throws Exception {
            Hashtable<String, String> environment = new Hashtable<>();
            environment.put(Context.INITIAL_CONTEXT_FACTORY, "io.peeklock.jms.jndi.PeeklockInitialContextFactory");
            environment.put("connectionFactory.bus", url);
            environment.put("queue.orders", "orders");
            return new InitialContext(environment);
        }
    }

    @Nested
    @Tag("JMS-5.1")
    class Storing {

        @Test
        void asAReferenceGivesAnEqualDestinationAndAFactoryOfTheSameProvider() throws Exception {
            Queue queue = provider.queue(EntityKind.UNPARTITIONED);
            assertThat(dereferenced(queue)).isEqualTo(queue);
            ConnectionFactory factory = (ConnectionFactory) dereferenced(provider.direct);
            assertReaches(factory);
        }

        @Test
        void serializedDoesSo() throws Exception {
            Queue queue = provider.queue(EntityKind.UNPARTITIONED);
            assertThat(copy(queue)).isEqualTo(queue);
            assertReaches((ConnectionFactory) copy(provider.direct));
        }

        private void assertReaches(ConnectionFactory factory) throws Exception {
            provider.send(EntityKind.UNPARTITIONED, "a");
            try (JMSContext messaging = factory.createContext()) {
                Queue queue = provider.queue(EntityKind.UNPARTITIONED);
                assertThat(messaging.createConsumer(queue).receiveBody(String.class, Provider.LONG_MS))
                        .isEqualTo("a");
            }
            ((PeeklockConnectionFactory) factory).close();
        }

        private static Object dereferenced(Object object) throws Exception {
            return NamingManager.getObjectInstance(((Referenceable) object).getReference(), null, null, null);
        }

        private static Object copy(Object object) throws Exception {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(object);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                return in.readObject();
            }
        }
    }

    @Nested
    class ConcurrentUse {

        @OnAnyEntity
        @Tag("JMS-5.2")
        @Tag("JMS-5.3")
        void ofOneFactoryAndOneDestinationLosesNothing(EntityKind kind) throws Exception {
            Queue queue = provider.queue(kind);
            CountDownLatch together = new CountDownLatch(4);
            List<Background<Boolean>> senders = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String prefix = i + "-";
                senders.add(Background.run(() -> {
                    together.countDown();
                    together.await();
                    for (int k = 0; k < 10; k++) {
                        try (Connection connection = provider.factory.createConnection();
                                var session = connection.createSession()) {
                            session.createProducer(queue).send(kind.mark(session.createTextMessage(prefix + k)));
                        }
                    }
                }));
            }
            for (Background<Boolean> sender : senders) {
                sender.result();
            }
            assertThat(provider.drain(kind)).hasSize(40).doesNotHaveDuplicates();
        }
    }
}
