/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.store;

import io.peeklock.jms.PeeklockXAConnectionFactory;
import io.peeklock.jms.RecoveryResource;
import jakarta.jms.JMSException;
import jakarta.jms.XAConnectionFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * A store that this adapter opens, for itself and for the adapters of other class loaders. They see it as a management bean without
 * attributes, whose calls give objects of the JDK's and Jakarta Messaging's types.
 *
 * <p>Thread safe. Its lock is held for moments only.
 */
final class SharedStore implements DynamicMBean {

    /** Names of calls. */
    static final String CONNECTIONS = "connections";

    static final String RECOVERY = "recovery";

    private static final long CLOSING_SECONDS = 60;

    /** A factory and what it makes. */
    private record Factory(PeeklockXAConnectionFactory factory, XAConnectionFactory tracked) {}

    private final String name;
    private final OpenConnections open = new OpenConnections();
    private final CountDownLatch closeEnded = new CountDownLatch(1);

    /** Guarded by this, as are the next two: by URL; and by URL, user and password. */
    private final Map<String, Factory> factories = new HashMap<>();

    private final Map<List<@Nullable String>, RecoveryResource> recoveries = new HashMap<>();
    private boolean closing;

    /** @param name of the store, as {@link PeeklockXAConnectionFactory#storeName()} */
    SharedStore(String name) {
        this.name = name;
    }

    /** Its connections; null once it closes. */
    synchronized @Nullable XAConnectionFactory connections(String url) {
        return closing ? null : factory(url).tracked;
    }

    private Factory factory(String url) {
        return factories.computeIfAbsent(url, each -> {
            PeeklockXAConnectionFactory factory = new PeeklockXAConnectionFactory(each);
            return new Factory(factory, new TrackedConnections(() -> factory, open));
        });
    }

    /** What recovers its transactions; null once it closes. */
    synchronized @Nullable XAResource recovery(String url, @Nullable String userName, @Nullable String password) {
        if (closing) {
            return null;
        }
        return recoveries.computeIfAbsent(Arrays.asList(url, userName, password), key -> {
            PeeklockXAConnectionFactory factory = factory(url).factory;
            return userName == null
                    ? factory.createRecoveryResource()
                    : factory.createRecoveryResource(userName, password);
        });
    }

    /** Ends all connections, tells their exception listeners, and closes the store. Blocks until it is closed. */
    void close() {
        synchronized (this) {
            closing = true;
        }
        try {
            open.closeAll(OpenConnections.stopped());
            recoveries.values().forEach(RecoveryResource::close);
        } finally {
            try {
                factories.values().forEach(each -> each.factory.closeNow());
            } finally {
                closeEnded.countDown();
            }
        }
    }

    // ---- For others

    /** @return null once it is closed, for which this waits */
    @Override
    public @Nullable Object invoke(String action, Object[] arguments, String[] signature) throws MBeanException {
        Object answer = switch (action) {
            case CONNECTIONS -> connections((String) arguments[0]);
            case RECOVERY -> recovery((String) arguments[0], (String) arguments[1], (String) arguments[2]);
            default -> throw new MBeanException(new JMSException("no operation " + action));
        };
        if (answer == null) {
            awaitClose();
        }
        return answer;
    }

    private void awaitClose() throws MBeanException {
        if (open.isTelling()) {
            throw new MBeanException(OpenConnections.stopped());
        }
        try {
            if (!closeEnded.await(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                throw new MBeanException(
                        new JMSException("the adapter that has the store " + name + " open does not come to its end"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MBeanException(new JMSException("interrupted while another adapter closes the store " + name));
        }
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        return new MBeanInfo(
                "io.peeklock",
                "A store that a resource adapter shares with others of this process.",
                null,
                null,
                null,
                null);
    }

    @Override
    public Object getAttribute(String attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute);
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName());
    }

    @Override
    public AttributeList getAttributes(String[] attributes) {
        return new AttributeList();
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }
}
