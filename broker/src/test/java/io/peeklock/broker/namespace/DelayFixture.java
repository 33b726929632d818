/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A namespace to whose queue messages are sent with a delay.
 *
 * <p>Not thread safe.
 */
abstract class DelayFixture {
    TestBus bus;

    @BeforeEach
    void open() {
        open(Profile.JMS);
    }

    void open(Profile profile) {
        bus = TestBus.simulated(2, TestBus.config(profile));
        bus.create(QueueDescription.builder("orders"));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    static Message.Builder delayed(String text, long delayMs) {
        return TestBus.text(text).deliveryDelayMs(delayMs);
    }

    long send(String text, long delayMs) {
        return bus.send(TestBus.ORDERS, delayed(text, delayMs));
    }

    void advance(long ms) {
        bus.advance(Duration.ofMillis(ms));
    }

    List<String> takeAll() {
        return bus.takeAll(TestBus.ORDERS);
    }
}
