/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

import io.peeklock.administration.monitoring.NamespaceMonitor;
import io.peeklock.administration.monitoring.NamespaceSnapshot;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MXBeans of one namespace: itself, its partitions, its queues, topics and subscriptions. Those of entities come and go with
 * them; temporary entities have none.
 *
 * <p>Thread safe. Has one daemon thread, which looks every {@link #LOOK_EVERY} for entities that are new or gone, and takes all
 * beans away when it finds the namespace closed.
 */
public final class NamespaceBeans implements AutoCloseable {

    /** How late the bean of an entity may come or go. */
    public static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(NamespaceBeans.class);
    private static final int MOST_OF_ONE_NAME = 100;

    private final MBeanServer server;
    private final Source source;
    private final BeanNames names;
    private final ScheduledThreadPoolExecutor looking;
    // The rest under this object's monitor.
    private final Map<EntityPath, ObjectName> entities = new HashMap<>();
    private final Set<ObjectName> others = new HashSet<>();
    private boolean closed;
    private boolean warned;

    private NamespaceBeans(MBeanServer server, Source source, BeanNames names) {
        this.server = server;
        this.source = source;
        this.names = names;
        this.looking = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "peeklock-jmx-" + names.namespace());
            thread.setDaemon(true);
            // Not that of whichever application was there first.
            thread.setContextClassLoader(NamespaceBeans.class.getClassLoader());
            return thread;
        });
    }

    /**
     * Registers the beans of a namespace.
     *
     * @param namespace as somebody sees it who may manage it
     * @param name in the names of the beans; if another namespace has it already, such as one of another class loader, {@code #2}
     *     is appended, or the next number that is free
     * @param server for example that of {@link java.lang.management.ManagementFactory#getPlatformMBeanServer}
     * @throws JMException if the server refuses
     */
    public static NamespaceBeans register(Namespace namespace, String name, MBeanServer server) throws JMException {
        Source source = new Source(namespace, new NamespaceMonitor(namespace, NamespaceMonitor.DEFAULT_MAX_ENTITIES));
        for (int number = 1; ; number++) {
            BeanNames names = new BeanNames(number == 1 ? name : name + "#" + number);
            try {
                server.registerMBean(
                        new DescribedBean(new NamespaceBean(source), NamespaceMXBean.class), names.ofNamespace());
            } catch (InstanceAlreadyExistsException e) {
                if (number == MOST_OF_ONE_NAME) {
                    throw e;
                }
                continue;
            }
            NamespaceBeans beans = new NamespaceBeans(server, source, names);
            beans.begin();
            return beans;
        }
    }

    private synchronized void begin() {
        others.add(names.ofNamespace());
        for (int index = 0; index < source.namespace().partitions(); index++) {
            ObjectName name = names.ofPartition(index);
            if (register(new DescribedBean(new PartitionBean(source, index), PartitionMXBean.class), name)) {
                others.add(name);
            }
        }
        look();
        looking.scheduleWithFixedDelay(this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The name of the namespace's own bean. */
    public ObjectName objectName() {
        return names.ofNamespace();
    }

    /** Registers beans of entities that are new, and takes away those of entities that are gone. */
    synchronized void look() {
        if (closed) {
            return;
        }
        if (source.monitor().isOver()) {
            close();
            return;
        }
        NamespaceSnapshot now = source.monitor().snapshot();
        if (now == null) {
            return;
        }
        entities.entrySet().removeIf(entry -> {
            boolean gone = !now.entities().containsKey(entry.getKey());
            if (gone) {
                unregister(entry.getValue());
            }
            return gone;
        });
        for (EntityPath path : now.entities().keySet()) {
            if (!entities.containsKey(path)) {
                DescribedBean bean = path.kind() == EntityKind.TOPIC
                        ? new DescribedBean(new TopicBean(source, path), TopicMXBean.class)
                        : new DescribedBean(new QueueBean(source, path), QueueMXBean.class);
                ObjectName name = names.ofEntity(path);
                if (register(bean, name)) {
                    entities.put(path, name);
                }
            }
        }
        if (now.unwatched() > 0 && !warned) {
            warned = true;
            LOG.warn(
                    "{} entities of {} have no MXBean: {} is the most there are",
                    now.unwatched(),
                    names.namespace(),
                    NamespaceMonitor.DEFAULT_MAX_ENTITIES);
        }
    }

    private boolean register(DescribedBean bean, ObjectName name) {
        try {
            server.registerMBean(bean, name);
            return true;
        } catch (JMException | RuntimeException e) {
            LOG.warn("{} is not registered", name, e);
            return false;
        }
    }

    private void unregister(ObjectName name) {
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            LOG.debug("{} was taken away by somebody else", name, e);
        } catch (JMException | RuntimeException e) {
            LOG.warn("{} is not unregistered", name, e);
        }
    }

    /** Takes all beans away. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        looking.shutdownNow();
        entities.values().forEach(this::unregister);
        entities.clear();
        others.forEach(this::unregister);
        others.clear();
    }
}
