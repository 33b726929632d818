/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.UUID;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** The option jmx: a broker has MXBeans if a factory asks for them, as long as it is open. */
final class BrokerBeansTest {
    private final String name = "mem:" + UUID.randomUUID();

    private Set<ObjectName> beans() throws MalformedObjectNameException {
        return ManagementFactory.getPlatformMBeanServer()
                .queryNames(new ObjectName("io.peeklock:namespace=\"" + name + "\",*"), null);
    }

    @Test
    void thereAreNoneUnlessAskedFor() throws JMSException, MalformedObjectNameException {
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory("peeklock:" + name);
                Connection ignored = factory.createConnection()) {
            assertThat(beans()).isEmpty();
        }
    }

    @Test
    void theyAreThereFromTheFirstConnectionOfAFactoryThatAsksUntilTheBrokerCloses()
            throws JMSException, MalformedObjectNameException {
        try (PeeklockConnectionFactory plain = new PeeklockConnectionFactory("peeklock:" + name);
                Connection ignored = plain.createConnection()) {
            try (PeeklockConnectionFactory asking =
                            new PeeklockConnectionFactory("peeklock:" + name + "?partitions=16&jmx=true");
                    Connection one = asking.createConnection();
                    Connection two = asking.createConnection()) {
                assertThat(one).isNotSameAs(two);
                assertThat(beans())
                        .hasSize(17)
                        .contains(new ObjectName("io.peeklock:namespace=\"" + name + "\",type=Namespace"));
            }
            assertThat(beans()).as("the broker is open").hasSize(17);
        }
        assertThat(beans()).isEmpty();
    }
}
