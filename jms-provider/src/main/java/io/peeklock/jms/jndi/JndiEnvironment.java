/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.jndi;

import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.destination.PeeklockTopic;
import java.util.Hashtable;
import java.util.Map;
import java.util.TreeMap;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import org.jspecify.annotations.Nullable;

/**
 * Reads the properties of an initial context: which names it has and what they stand for.
 *
 * <p>Stateless, thread safe.
 */
final class JndiEnvironment {

    /** Name of the factory that {@code java.naming.provider.url} stands for. */
    static final String DEFAULT_FACTORY = "ConnectionFactory";

    private static final String FACTORY = "connectionFactory.";
    private static final String XA_FACTORY = "xaConnectionFactory.";
    private static final String QUEUE = "queue.";
    private static final String TOPIC = "topic.";

    private JndiEnvironment() {}

    /**
     * Names and what they stand for: destinations, and factories as a {@link FactoryEntry} that makes one when it is
     * looked up.
     */
    static Map<String, Object> bindings(@Nullable Hashtable<?, ?> environment, ConnectionFactoryMaker maker)
            throws ConfigurationException {
        Map<String, Object> bindings = new TreeMap<>();
        if (environment == null) {
            return bindings;
        }
        if (environment.get(Context.PROVIDER_URL) instanceof String url && !url.isBlank()) {
            bindings.put(DEFAULT_FACTORY, factory(Context.PROVIDER_URL, url, maker));
        }
        for (Map.Entry<?, ?> entry : environment.entrySet()) {
            if (entry.getKey() instanceof String key && entry.getValue() instanceof String value) {
                bind(key, value.strip(), bindings, maker);
            }
        }
        return bindings;
    }

    private static void bind(String key, String value, Map<String, Object> bindings, ConnectionFactoryMaker maker)
            throws ConfigurationException {
        if (key.startsWith(FACTORY)) {
            bindings.put(name(key, FACTORY), factory(key, value, maker));
        } else if (key.startsWith(XA_FACTORY)) {
            bindings.put(name(key, XA_FACTORY), factory(key, value, PeeklockObjectFactory.XA_MAKER));
        } else if (key.startsWith(QUEUE)) {
            bindings.put(name(key, QUEUE), new PeeklockQueue(destination(key, value)));
        } else if (key.startsWith(TOPIC)) {
            bindings.put(name(key, TOPIC), new PeeklockTopic(destination(key, value)));
        }
    }

    private static String name(String key, String prefix) throws ConfigurationException {
        String name = key.substring(prefix.length());
        if (name.isEmpty()) {
            throw new ConfigurationException("JNDI property " + key + " lacks the name: " + prefix + "<name>");
        }
        return name;
    }

    private static String destination(String key, String name) throws ConfigurationException {
        if (name.isEmpty()) {
            throw new ConfigurationException(
                    "JNDI property " + key + " has no value: the destination's name is needed");
        }
        return name;
    }

    /** The URL is looked at now, so that a mistake shows where it was made and not at the first lookup. */
    private static FactoryEntry factory(String key, String url, ConnectionFactoryMaker maker)
            throws ConfigurationException {
        try {
            ConnectionFactorySettings.parse(url);
        } catch (IllegalArgumentException e) {
            ConfigurationException exception =
                    new ConfigurationException("JNDI property " + key + ": " + e.getMessage());
            exception.initCause(e);
            throw exception;
        }
        return new FactoryEntry(url, maker);
    }
}
