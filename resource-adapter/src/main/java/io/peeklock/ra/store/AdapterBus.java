/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.store;

import io.peeklock.jms.PeeklockXAConnectionFactory;
import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.jms.config.Password;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Session;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stores of one adapter: those that it opens for all adapters of the JVM, and those that another one has open, which may be of
 * another class loader. They find each other by the JVM's management beans.
 *
 * <p>Thread safe. A store is of the adapter that is the first to use it, until that stops.
 */
public final class AdapterBus implements Bus, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdapterBus.class);

    private static final String DOMAIN = "io.peeklock";

    /** The interface of contexts, of whichever class loader. */
    private static final String BUS_CONTEXT = "io.peeklock.jms.BusContext";

    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    private final Map<String, Store> stores = new ConcurrentHashMap<>();
    private final Map<ObjectName, SharedStore> own = new ConcurrentHashMap<>();
    private final OpenConnections open = new OpenConnections();
    private volatile boolean closed;

    /** What a URL names, and who connects by it. */
    private record Store(
            ObjectName name,
            @Nullable String user,
            @Nullable Password password) {}

    /** What a store answers; null if it is closed. */
    @FunctionalInterface
    private interface Asking {
        @Nullable
        Object ask(SharedStore store);
    }

    @Override
    public XAConnectionFactory connectionFactory(String url) throws JMSException {
        requireOpen();
        ObjectName name = name(url);
        return new TrackedConnections(
                () -> (XAConnectionFactory)
                        answer(name, store -> store.connections(url), SharedStore.CONNECTIONS, new Object[] {url}),
                open);
    }

    @Override
    public XAResource recoveryResource(String url, @Nullable String userName, @Nullable String password)
            throws JMSException {
        return (XAResource)
                answer(name(url), store -> store.recovery(url, userName, password), SharedStore.RECOVERY, new Object[] {
                    url, userName, password
                });
    }

    /** By reflection: it may be a context of another class loader. */
    @Override
    public Session sessionOf(XAJMSContext context) {
        try {
            for (Class<?> type = context.getClass(); type != null; type = type.getSuperclass()) {
                for (Class<?> each : type.getInterfaces()) {
                    if (each.getName().equals(BUS_CONTEXT)) {
                        return (Session) each.getMethod("busSession").invoke(context);
                    }
                }
            }
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new JMSRuntimeException("another version of Peeklock has the store open", null, e);
        }
        throw new JMSRuntimeException("no context of a bus: " + context);
    }

    @Override
    public String resourceManager(String url, @Nullable String userName, @Nullable String password)
            throws JMSException {
        Store store = store(url);
        if (userName != null) {
            return store.name + " as " + identity(userName, password);
        }
        return store.user == null
                ? store.name.toString()
                : store.name + " as " + identity(store.user, store.password == null ? null : store.password.text());
    }

    /** Two keys of one policy are two users. */
    private static UUID identity(String userName, @Nullable String password) {
        return UUID.nameUUIDFromBytes((userName + '\n' + password).getBytes(StandardCharsets.UTF_8));
    }

    private ObjectName name(String url) throws JMSException {
        return store(url).name;
    }

    private Store store(String url) throws JMSException {
        Store known = stores.get(url);
        if (known == null) {
            known = read(url);
            stores.put(url, known);
        }
        return known;
    }

    private static Store read(String url) throws JMSException {
        try (PeeklockXAConnectionFactory factory = new PeeklockXAConnectionFactory(url)) {
            ConnectionFactorySettings settings = ConnectionFactorySettings.parse(url);
            return new Store(
                    new ObjectName(DOMAIN + ":type=SharedStore,store=" + ObjectName.quote(factory.storeName())),
                    settings.user(),
                    settings.password());
        } catch (IllegalArgumentException | MalformedObjectNameException e) {
            throw failed("the url of the bus is wrong: " + e.getMessage(), e);
        }
    }

    private Object answer(ObjectName name, Asking asking, String call, Object[] arguments) throws JMSException {
        while (true) {
            requireOpen();
            SharedStore store = own.get(name);
            Object answer = store != null || take(name) ? ask(own.get(name), asking) : ask(name, call, arguments);
            if (answer != null) {
                return answer;
            }
            // It changes hands.
        }
    }

    private static @Nullable Object ask(@Nullable SharedStore store, Asking asking) {
        return store == null ? null : asking.ask(store);
    }

    private @Nullable Object ask(ObjectName name, String call, Object[] arguments) throws JMSException {
        try {
            String[] signature = new String[arguments.length];
            Arrays.fill(signature, String.class.getName());
            return beans.invoke(name, call, arguments, signature);
        } catch (InstanceNotFoundException e) {
            return null;
        } catch (MBeanException e) {
            if (e.getCause() instanceof JMSException known) {
                throw known;
            }
            throw failed("the store cannot be reached: " + e.getCause(), e);
        } catch (JMException | RuntimeException e) {
            throw failed("the adapter that has the store open cannot be reached: " + e.getMessage(), e);
        }
    }

    private static JMSException failed(String why, Exception cause) {
        JMSException failure = new JMSException(why);
        failure.initCause(cause);
        failure.setLinkedException(cause);
        return failure;
    }

    /** Whether the store is this adapter's now. */
    private synchronized boolean take(ObjectName name) throws JMSException {
        requireOpen();
        if (own.containsKey(name)) {
            return true;
        }
        SharedStore store = new SharedStore(name.getKeyProperty("store"));
        try {
            beans.registerMBean(store, name);
        } catch (InstanceAlreadyExistsException e) {
            return false;
        } catch (JMException | RuntimeException e) {
            throw failed("the store cannot be shared with other adapters: " + e.getMessage(), e);
        }
        own.put(name, store);
        return true;
    }

    private void requireOpen() throws JMSException {
        if (closed) {
            throw new IllegalStateException("the resource adapter is stopped", "Closed");
        }
    }

    /** Ends all connections, and closes the stores that are this adapter's; another adapter may take them then. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        open.closeAll(null);
        own.forEach((name, store) -> {
            try {
                store.close();
            } catch (RuntimeException | Error e) {
                LOG.warn("the store {} was not closed as it should", name, e);
            }
            release(name);
        });
        own.clear();
    }

    private void release(ObjectName name) {
        try {
            beans.unregisterMBean(name);
        } catch (JMException | RuntimeException e) {
            LOG.warn("{} stays registered: no other adapter can open the store", name, e);
        }
    }
}
