/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration.spring;

import java.util.function.Consumer;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.stereotype.Component;

/**
 * Makes what is ordered; the same before and after.
 *
 * <p>Its listener is called by one thread at a time.
 */
@Component
public class Kitchen {

    private final Consumer<String> log;

    public Kitchen(Consumer<String> log) {
        this.log = log;
    }

    /** Returns: the order is acknowledged. Throws: it comes again, until it has failed too often. */
    @JmsListener(destination = "orders")
    void make(String drink, @Header("JMSXDeliveryCount") int delivery) {
        if (drink.startsWith("a drink")) {
            log.accept("failed: " + drink + ", delivery " + delivery);
            throw new IllegalArgumentException("nobody knows " + drink);
        }
        log.accept("made: " + drink + ", delivery " + delivery);
    }
}
