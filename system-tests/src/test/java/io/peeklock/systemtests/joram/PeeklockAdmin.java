/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.joram;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.jms.jndi.PeeklockInitialContextFactory;
import io.peeklock.systemtests.clients.FactoryWrapping;
import io.peeklock.systemtests.clients.WrappedFactory;
import jakarta.jms.ConnectionFactory;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.objectweb.jtests.jms.admin.Admin;

/**
 * Makes and deletes for Joram's tests what an administrator would, on one bus that stays open from test to test.
 *
 * <p>For one thread. Joram's tests make one each by its class name, so the bus is where all of them find it.
 */
public final class PeeklockAdmin implements Admin {

    /** Client ids of the two connections, of a factory each, that tests of topics have, in the order they are made. */
    private static final List<String> TOPIC_CLIENTS = List.of("publisherConnection", "subscriberConnection");

    /** As many as a test may have at a time, so that a pool need not share one. */
    private static final int CONNECTIONS = 8;

    private static final Queue<WrappedFactory> WRAPPED = new ConcurrentLinkedQueue<>();
    private static volatile Bus bus;

    private final Hashtable<String, String> environment = new Hashtable<>();
    private final Set<String> topicFactories = new HashSet<>();

    /** For Joram's tests. */
    public PeeklockAdmin() {
        environment.put(Context.INITIAL_CONTEXT_FACTORY, PeeklockInitialContextFactory.class.getName());
    }

    /** Where tests from here on run, and what they have around their connection factories. */
    static void use(String url, Namespace namespace, FactoryWrapping wrapping) {
        bus = new Bus(url, namespace, wrapping);
    }

    /** Ends what a test had around its connection factories. */
    static void unwrap() {
        WRAPPED.forEach(WrappedFactory::close);
        WRAPPED.clear();
    }

    @Override
    public String getName() {
        return "Peeklock";
    }

    @Override
    public Context createContext() throws NamingException {
        Iterator<String> clients = TOPIC_CLIENTS.iterator();
        return new InitialContext(environment) {
            @Override
            @SuppressWarnings("BanJNDI") // JNDI is what these tests are about.
            public Object lookup(String name) throws NamingException {
                Object found = super.lookup(name);
                if (!(found instanceof ConnectionFactory factory)) {
                    return found;
                }
                WrappedFactory wrapped = topicFactories.contains(name) && clients.hasNext()
                        ? bus.wrapping().wrap(factory, clients.next())
                        : bus.wrapping().wrap(factory, CONNECTIONS);
                WRAPPED.add(wrapped);
                return wrapped.factory();
            }
        };
    }

    // ---- Connection factories

    @Override
    public void createConnectionFactory(String name) {
        environment.put("connectionFactory." + name, bus.url());
    }

    @Override
    public void createQueueConnectionFactory(String name) {
        createConnectionFactory(name);
    }

    @Override
    public void createTopicConnectionFactory(String name) {
        topicFactories.add(name);
        createConnectionFactory(name);
    }

    @Override
    public void deleteConnectionFactory(String name) {
        environment.remove("connectionFactory." + name);
    }

    @Override
    public void deleteQueueConnectionFactory(String name) {
        deleteConnectionFactory(name);
    }

    @Override
    public void deleteTopicConnectionFactory(String name) {
        deleteConnectionFactory(name);
    }

    // ---- Destinations

    /** A test whose closing failed has left its own. */
    @Override
    public void createQueue(String name) {
        if (bus.namespace().queues().join().stream()
                .anyMatch(there -> there.name().equals(name))) {
            bus.namespace().deleteQueue(name).join();
        }
        bus.namespace().createQueue(QueueDescription.of(name)).join();
        environment.put("queue." + name, name);
    }

    @Override
    public void deleteQueue(String name) {
        environment.remove("queue." + name);
        bus.namespace().deleteQueue(name).join();
    }

    /** As {@link #createQueue}. */
    @Override
    public void createTopic(String name) {
        if (bus.namespace().topics().join().stream()
                .anyMatch(there -> there.name().equals(name))) {
            bus.namespace().deleteTopic(name).join();
        }
        bus.namespace().createTopic(TopicDescription.of(name)).join();
        environment.put("topic." + name, name);
    }

    @Override
    public void deleteTopic(String name) {
        environment.remove("topic." + name);
        bus.namespace().deleteTopic(name).join();
    }

    // ---- The bus is there and stays

    @Override
    public void startServer() {}

    @Override
    public void stopServer() {}

    @Override
    public void start() {}

    @Override
    public void stop() {}

    private record Bus(String url, Namespace namespace, FactoryWrapping wrapping) {}
}
