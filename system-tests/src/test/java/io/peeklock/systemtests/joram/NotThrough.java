/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.joram;

import io.peeklock.systemtests.clients.FactoryWrapping;
import java.util.List;
import java.util.Map;
import junit.framework.TestCase;
import org.objectweb.jtests.jms.conform.connection.ConnectionTest;
import org.objectweb.jtests.jms.conform.session.SessionTest;
import org.objectweb.jtests.jms.conform.session.TopicSessionTest;
import org.objectweb.jtests.jms.conform.session.UnifiedSessionTest;

/**
 * Those of Joram's tests that show what a pool does otherwise, with the reason from its sources (pooled-jms 3.2.3, spring-jms 7.0.9).
 *
 * <p>Immutable.
 *
 * @param test class and method
 */
record NotThrough(String test, String reason) {

    private static final List<NotThrough> POOLED = List.of(
            of(
                    ConnectionTest.class,
                    "testAcknowledge",
                    "JmsPoolConnection.close() closes no session that acknowledges"),
            of(SessionTest.class, "testAcknowledge", "JmsPoolSession.close() closes no session that acknowledges"),
            ofUnified("testCreateTemporaryTopicOnQueueSession"),
            ofUnified("testCreateQueueOnTopicSession"),
            ofUnified("testCreateBrowserOnTopicSession"),
            ofUnified("testUnsubscribeOnQueueSession"),
            ofUnified("testCreateTemporaryQueueOnTopicSession"),
            ofUnified("testCreateDurableConnectionConsumerOnQueueConnection"),
            ofUnified("testCreateTopicOnQueueSession"));

    private static final List<NotThrough> CACHED = List.of(
            of(
                    ConnectionTest.class,
                    "testAcknowledge",
                    "SingleConnectionFactory's connections stay open when they are closed"),
            of(
                    ConnectionTest.class,
                    "testUseClosedConnection",
                    "SingleConnectionFactory's connections stay open when they are closed"),
            of(
                    SessionTest.class,
                    "testAcknowledge",
                    "CachingConnectionFactory's sessions stay open when they are closed"),
            of(
                    TopicSessionTest.class,
                    "testDurableSubscriber",
                    "SingleConnectionFactory's connections stay open when they are closed, with consumers that are not cached"),
            of(
                    SessionTest.class,
                    "testUsedClosedSession",
                    "CachingConnectionFactory's sessions stay open when they are closed"));

    private static final Map<FactoryWrapping, List<NotThrough>> ALL =
            Map.of(FactoryWrapping.POOLED, POOLED, FactoryWrapping.CACHING_SESSIONS, CACHED);

    private static NotThrough of(Class<? extends TestCase> type, String method, String reason) {
        return new NotThrough(nameOf(type, method), reason);
    }

    private static NotThrough ofUnified(String method) {
        return of(
                UnifiedSessionTest.class,
                method,
                "JmsPoolConnectionFactory lends what createConnection() made as queue and topic connections too");
    }

    private static String nameOf(Class<? extends TestCase> type, String method) {
        return type.getSimpleName() + "." + method;
    }

    static List<NotThrough> of(FactoryWrapping wrapping) {
        return ALL.getOrDefault(wrapping, List.of());
    }

    /** Whether the test is one of them. */
    static boolean matches(FactoryWrapping wrapping, TestCase test) {
        String name = nameOf(test.getClass(), test.getName());
        return of(wrapping).stream().anyMatch(not -> not.test.equals(name));
    }
}
