/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.joram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.systemtests.clients.FactoryWrapping;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import junit.framework.TestCase;
import junit.framework.TestSuite;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.objectweb.jtests.jms.conform.connection.ConnectionTest;
import org.objectweb.jtests.jms.conform.connection.TopicConnectionTest;
import org.objectweb.jtests.jms.conform.message.MessageBodyTest;
import org.objectweb.jtests.jms.conform.message.MessageDefaultTest;
import org.objectweb.jtests.jms.conform.message.MessageTypeTest;
import org.objectweb.jtests.jms.conform.message.headers.MessageHeaderTest;
import org.objectweb.jtests.jms.conform.message.properties.JMSXPropertyTest;
import org.objectweb.jtests.jms.conform.message.properties.MessagePropertyConversionTest;
import org.objectweb.jtests.jms.conform.message.properties.MessagePropertyTest;
import org.objectweb.jtests.jms.conform.queue.QueueBrowserTest;
import org.objectweb.jtests.jms.conform.queue.TemporaryQueueTest;
import org.objectweb.jtests.jms.conform.selector.SelectorSyntaxTest;
import org.objectweb.jtests.jms.conform.selector.SelectorTest;
import org.objectweb.jtests.jms.conform.session.QueueSessionTest;
import org.objectweb.jtests.jms.conform.session.SessionTest;
import org.objectweb.jtests.jms.conform.session.TopicSessionTest;
import org.objectweb.jtests.jms.conform.session.UnifiedSessionTest;
import org.objectweb.jtests.jms.conform.topic.TemporaryTopicTest;

/**
 * Joram's tests, all of them, on unpartitioned entities, in memory and on disk; and through pools, but for {@link NotThrough}.
 *
 * <p>One thread.
 */
final class JoramIT {

    private static final List<Class<? extends TestCase>> KIT = List.of(
            ConnectionTest.class,
            TopicConnectionTest.class,
            MessageBodyTest.class,
            MessageDefaultTest.class,
            MessageTypeTest.class,
            MessageHeaderTest.class,
            JMSXPropertyTest.class,
            MessagePropertyConversionTest.class,
            MessagePropertyTest.class,
            QueueBrowserTest.class,
            TemporaryQueueTest.class,
            SelectorSyntaxTest.class,
            SelectorTest.class,
            QueueSessionTest.class,
            SessionTest.class,
            TopicSessionTest.class,
            UnifiedSessionTest.class,
            TemporaryTopicTest.class);

    private static final Duration MOST = Duration.ofMinutes(1);

    private static final String OPTIONS = "?profile=jms";

    @TempDir
    Path directory;

    private PeeklockConnectionFactory factory;
    private Connection connection;

    @AfterEach
    void close() throws JMSException {
        if (connection != null) {
            connection.close();
            factory.close();
        }
    }

    @Test
    void hasAllOfThem() {
        assertThat(KIT.stream().mapToInt(type -> tests(type).size()).sum()).isEqualTo(196);
    }

    /** A name that has changed would leave out nothing, or in what it must not. */
    @ParameterizedTest
    @EnumSource(FactoryWrapping.class)
    void leavesOutWhatThereIs(FactoryWrapping wrapping) {
        assertThat(KIT.stream()
                        .flatMap(type -> tests(type).stream())
                        .filter(test -> NotThrough.matches(wrapping, test))
                        .count())
                .isEqualTo(NotThrough.of(wrapping).size());
    }

    @TestFactory
    Stream<DynamicContainer> inMemory() throws JMSException {
        return run("peeklock:mem:joram" + OPTIONS, FactoryWrapping.PLAIN);
    }

    @TestFactory
    Stream<DynamicContainer> onDisk() throws JMSException {
        return run("peeklock:file:" + directory.resolve("store") + OPTIONS + "&linger=0", FactoryWrapping.PLAIN);
    }

    @TestFactory
    Stream<DynamicContainer> throughPooledJms() throws JMSException {
        return run("peeklock:mem:pooled" + OPTIONS, FactoryWrapping.POOLED);
    }

    @TestFactory
    Stream<DynamicContainer> throughSpringsCache() throws JMSException {
        return run("peeklock:mem:cached" + OPTIONS, FactoryWrapping.CACHING_SESSIONS);
    }

    private Stream<DynamicContainer> run(String url, FactoryWrapping wrapping) throws JMSException {
        factory = new PeeklockConnectionFactory(url);
        connection = factory.createConnection();
        PeeklockAdmin.use(url, ((BusSession) connection.createSession()).namespace(), wrapping);
        return KIT.stream().map(type -> dynamicContainer(type.getSimpleName(), nodes(type, wrapping)));
    }

    private static Stream<DynamicNode> nodes(Class<? extends TestCase> type, FactoryWrapping wrapping) {
        return tests(type).stream()
                .filter(test -> !NotThrough.matches(wrapping, test))
                .map(test -> dynamicTest(test.getName(), () -> runAlone(test)));
    }

    private static void runAlone(TestCase test) {
        try {
            assertTimeoutPreemptively(MOST, test::runBare);
        } finally {
            PeeklockAdmin.unwrap();
        }
    }

    private static List<TestCase> tests(Class<? extends TestCase> type) {
        return Collections.list(new TestSuite(type).tests()).stream()
                .map(TestCase.class::cast)
                .toList();
    }
}
