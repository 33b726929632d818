/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.XAJMSContext;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.MBeanServer;
import javax.management.MBeanServerDelegate;
import javax.management.MBeanServerNotification;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** The end of an adapter's stores, whatever others throw meanwhile. */
class AdapterBusTest {

    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    private final AdapterBus bus = new AdapterBus();
    private final String first = "ra-" + UUID.randomUUID();
    private final String second = "ra-" + UUID.randomUUID();

    private XAJMSContext open(String name) throws Exception {
        return bus.connectionFactory("peeklock:mem:" + name + "?jmx=true").createXAContext();
    }

    private List<String> registered() throws Exception {
        return beans.queryNames(new ObjectName("io.peeklock:*"), null).stream()
                .map(ObjectName::toString)
                .filter(name -> name.contains(first) || name.contains(second))
                .toList();
    }

    /** A tool that watches the JVM's beans, and fails with an error when those of the stores go. */
    @Test
    void aStoreWhoseCloseFailsKeepsNoOtherOne() throws Exception {
        open(first);
        open(second);
        AtomicInteger failed = new AtomicInteger();
        NotificationListener tool = (notification, handback) -> {
            ObjectName name = ((MBeanServerNotification) notification).getMBeanName();
            boolean isOfAStore =
                    name.toString().contains(first) || name.toString().contains(second);
            if (isOfAStore && !"SharedStore".equals(name.getKeyProperty("type"))) {
                failed.incrementAndGet();
                throw new AssertionError("a defect of the tool");
            }
        };
        beans.addNotificationListener(MBeanServerDelegate.DELEGATE_NAME, tool, null, null);
        try {
            bus.close();
        } finally {
            beans.removeNotificationListener(MBeanServerDelegate.DELEGATE_NAME, tool);
        }
        assertThat(failed.get()).as("both stores' closing failed").isGreaterThanOrEqualTo(2);
        assertThat(registered()).noneMatch(name -> name.contains("type=SharedStore"));
        assertThatThrownBy(() -> open(first)).hasMessageContaining("stopped");
    }

    /** A server's pool for example. */
    @Test
    void aListenerThatThrowsKeepsNoConnectionOpen() throws Exception {
        List<XAJMSContext> all = List.of(open(first), open(first), open(first));
        AtomicInteger told = new AtomicInteger();
        for (XAJMSContext each : all) {
            each.setExceptionListener(failure -> {
                told.incrementAndGet();
                throw new AssertionError("a defect of the pool");
            });
        }
        // They end as those of another adapter do, which are told.
        try (AdapterBus other = new AdapterBus();
                XAJMSContext theirs = other.connectionFactory("peeklock:mem:" + first + "?jmx=true")
                        .createXAContext()) {
            theirs.setExceptionListener(failure -> {
                told.incrementAndGet();
                throw new AssertionError("a defect of the pool");
            });
            bus.close();
            assertThatThrownBy(() -> bus.sessionOf(theirs).createMessage()).isInstanceOf(IllegalStateException.class);
        }
        for (XAJMSContext each : all) {
            assertThatThrownBy(() -> bus.sessionOf(each).createMessage()).isInstanceOf(IllegalStateException.class);
        }
        assertThat(told).hasPositiveValue();
    }
}
