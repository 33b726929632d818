/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.junit;

import io.peeklock.broker.Namespace;
import io.peeklock.jms.BusConnection;
import io.peeklock.jms.BusContext;
import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.jms.PeeklockXAConnectionFactory;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.destination.PeeklockTopic;
import io.peeklock.testing.TestClock;
import io.peeklock.testing.TestNamespace;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import java.lang.reflect.Parameter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a parameter gets of a namespace.
 *
 * <p>Immutable, thread safe.
 */
final class Injected {

    @FunctionalInterface
    private interface Source {
        Object from(TestNamespace namespace, Parameter parameter) throws JMSException;
    }

    private static final Map<Class<?>, Source> SOURCES = Map.ofEntries(
            Map.entry(TestNamespace.class, (namespace, parameter) -> namespace),
            Map.entry(TestClock.class, (namespace, parameter) -> namespace.clock()),
            Map.entry(Namespace.class, (namespace, parameter) -> namespace.namespace()),
            Map.entry(ConnectionFactory.class, (namespace, parameter) -> namespace.connectionFactory()),
            Map.entry(QueueConnectionFactory.class, (namespace, parameter) -> namespace.connectionFactory()),
            Map.entry(TopicConnectionFactory.class, (namespace, parameter) -> namespace.connectionFactory()),
            Map.entry(PeeklockConnectionFactory.class, (namespace, parameter) -> namespace.connectionFactory()),
            Map.entry(XAConnectionFactory.class, (namespace, parameter) -> namespace.xaConnectionFactory()),
            Map.entry(PeeklockXAConnectionFactory.class, (namespace, parameter) -> namespace.xaConnectionFactory()),
            Map.entry(Connection.class, Injected::connection),
            Map.entry(BusConnection.class, Injected::connection),
            Map.entry(JMSContext.class, Injected::context),
            Map.entry(BusContext.class, Injected::context),
            Map.entry(Queue.class, (namespace, parameter) -> new PeeklockQueue(name(parameter))),
            Map.entry(Topic.class, (namespace, parameter) -> new PeeklockTopic(name(parameter))));

    private final Source source;
    private final Parameter parameter;

    private Injected(Source source, Parameter parameter) {
        this.source = source;
        this.parameter = parameter;
    }

    /** Null if the parameter is none of ours. */
    static @Nullable Injected of(Parameter parameter) {
        Source source = SOURCES.get(parameter.getType());
        return source == null ? null : new Injected(source, parameter);
    }

    Object from(TestNamespace namespace) throws JMSException {
        return source.from(namespace, parameter);
    }

    /** Whether it is this parameter's alone, and not the namespace's. */
    boolean isToBeClosed() {
        return Connection.class.isAssignableFrom(parameter.getType())
                || JMSContext.class.isAssignableFrom(parameter.getType());
    }

    private static Object connection(TestNamespace namespace, Parameter parameter) throws JMSException {
        Connection connection = namespace.connectionFactory().createConnection();
        connection.start();
        return connection;
    }

    private static Object context(TestNamespace namespace, Parameter parameter) {
        AcknowledgeMode mode = parameter.getAnnotation(AcknowledgeMode.class);
        return namespace.connectionFactory().createContext(mode == null ? JMSContext.AUTO_ACKNOWLEDGE : mode.value());
    }

    private static String name(Parameter parameter) {
        EntityName name = parameter.getAnnotation(EntityName.class);
        if (name == null) {
            throw new IllegalArgumentException("which one it is says @EntityName(\"orders\") before it");
        }
        return name.value();
    }
}
