/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a broker leaves in the process around it: no port, no management bean, no class that cannot be unloaded. */
class FootprintIT {

    @TempDir
    private Path directory;

    /** An application with a listener; public, so that it can be made through another class loader. */
    public static final class Application implements Consumer<String> {

        private final BlockingQueue<Message> seen = new LinkedBlockingQueue<>();

        @Override
        public void accept(String url) {
            try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url);
                    Connection connection = factory.createConnection()) {
                connection.start();
                exchange(connection, Session.AUTO_ACKNOWLEDGE);
                exchange(connection, Session.SESSION_TRANSACTED);
            } catch (JMSException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private void exchange(Connection connection, int mode) throws JMSException, InterruptedException {
            try (Session session = connection.createSession(mode);
                    Session sender = connection.createSession()) {
                Queue queue = session.createQueue("orders");
                session.createConsumer(queue).setMessageListener(message -> {
                    try {
                        if (mode == Session.SESSION_TRANSACTED) {
                            session.commit();
                        }
                        seen.add(message);
                    } catch (JMSException e) {
                        throw new AssertionError(e);
                    }
                });
                sender.createProducer(queue).send(sender.createObjectMessage("a"));
                if (seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS) == null) {
                    throw new AssertionError("no message came");
                }
            }
        }
    }

    private static WeakReference<ClassLoader> useThroughAnotherClassLoader(List<String> urls) throws Exception {
        List<URL> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            classPath.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader loader =
                new URLClassLoader(classPath.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            Class<?> type = loader.loadClass(Application.class.getName());
            assertThat(type.getClassLoader()).isSameAs(loader);
            @SuppressWarnings("unchecked")
            Consumer<String> application =
                    (Consumer<String>) type.getConstructor().newInstance();
            urls.forEach(application);
            return new WeakReference<>(loader);
        }
    }

    /** Caches of the JDK may hold it softly (25 does), that is until memory is short: the build lets those go at once. */
    @Test
    void aClassLoaderThatUsedItCanBeCollected() throws Exception {
        WeakReference<ClassLoader> loader = useThroughAnotherClassLoader(
                List.of("peeklock:mem:footprint", "peeklock:file:" + directory.resolve("bus")));
        forgetTheRecordThatWasComparedLast();
        Awaitility.await().until(() -> {
            System.gc();
            return loader.refersTo(null);
        });
    }

    /**
     * JDK 17 keeps, for all records of a process, the types of the last one that was linked to be compared, hashed and
     * shown (static handles of {@code java.lang.runtime.ObjectMethods}). Works once a process.
     */
    private static void forgetTheRecordThatWasComparedLast() {
        record Inner(int value) {}
        record Outer(Inner inner) {}
        Outer outer = new Outer(new Inner(1));
        assertThat(outer).isEqualTo(new Outer(new Inner(1))).hasSameHashCodeAs(new Outer(new Inner(1)));
        assertThat(outer.toString()).isNotEmpty();
    }

    private static Set<ObjectName> beans() {
        return ManagementFactory.getPlatformMBeanServer().queryNames(null, null);
    }

    private static Set<String> sockets() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(FootprintIT::target)
                    .filter(target -> target.startsWith("socket:"))
                    .collect(Collectors.toSet());
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void noPortIsOpenedAndNoManagementBeanRegistered() throws Exception {
        Set<ObjectName> beans = beans();
        Set<String> sockets = sockets();
        try (TestBroker broker =
                new TestBroker(new PeeklockConnectionFactory("peeklock:file:" + directory.resolve("bus")))) {
            broker.send("orders", "a");
            assertThat(beans()).isEqualTo(beans);
            assertThat(sockets()).isEqualTo(sockets);
            assertThat(broker.drain("orders")).containsExactly("a");
        }
    }
}
