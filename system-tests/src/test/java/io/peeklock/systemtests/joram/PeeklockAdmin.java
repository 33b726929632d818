/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.joram;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.jms.jndi.PeeklockInitialContextFactory;
import java.util.Hashtable;
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

    private static volatile Bus bus;

    private final Hashtable<String, String> environment = new Hashtable<>();

    /** For Joram's tests. */
    public PeeklockAdmin() {
        environment.put(Context.INITIAL_CONTEXT_FACTORY, PeeklockInitialContextFactory.class.getName());
    }

    /** Where tests from here on run. */
    static void use(String url, Namespace namespace) {
        bus = new Bus(url, namespace);
    }

    @Override
    public String getName() {
        return "Peeklock";
    }

    @Override
    public Context createContext() throws NamingException {
        return new InitialContext(environment);
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

    private record Bus(String url, Namespace namespace) {}
}
