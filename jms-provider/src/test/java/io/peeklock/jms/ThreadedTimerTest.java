/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.OpenedNamespace;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The thread on which a broker's users try again later. */
class ThreadedTimerTest {

    private final String name = "of-this-test-" + UUID.randomUUID();

    private long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().endsWith(name))
                .count();
    }

    /** Else what has found no thread finds none to try again on. */
    @Test
    void hasItsThreadBeforeAnybodyNeedsIt() {
        try (ThreadedTimer timer = new ThreadedTimer(name)) {
            assertThat(threads()).isZero();
            timer.start();
            assertThat(threads()).isOne();
        }
        Awaitility.await().until(() -> threads() == 0);
    }

    private final class Address implements BrokerAddress {
        private final StoreAddress real = new StoreAddress(
                io.peeklock.jms.config.ConnectionFactorySettings.memory(name).build());
        private final boolean fails;

        Address(boolean fails) {
            this.fails = fails;
        }

        @Override
        public String key() {
            return name;
        }

        @Override
        public String shortName() {
            return name;
        }

        @Override
        public OpenedNamespace open() throws JMSException {
            if (fails) {
                throw new JMSException("on purpose");
            }
            return real.open();
        }

        @Override
        public void requireCompatible(BrokerAddress opened, Namespace namespace) {}
    }

    @Test
    void livesAsLongAsItsBroker() throws JMSException {
        BrokerRegistry registry = new BrokerRegistry();
        BrokerRegistry.FactoryToken factory = new BrokerRegistry.FactoryToken();
        BrokerLease lease = registry.lease(new Address(false), factory, Duration.ZERO);
        assertThat(threads()).isGreaterThanOrEqualTo(1);
        lease.close();
        registry.release(factory);
        Awaitility.await().atMost(TestBroker.LONG_MS, TimeUnit.MILLISECONDS).until(() -> threads() == 0);
    }

    @Test
    void isNotLeftByABrokerThatDidNotOpen() {
        BrokerRegistry registry = new BrokerRegistry();
        assertThatThrownBy(() -> registry.lease(new Address(true), new BrokerRegistry.FactoryToken(), Duration.ZERO))
                .isInstanceOf(JMSException.class);
        Awaitility.await().until(() -> threads() == 0);
    }
}
