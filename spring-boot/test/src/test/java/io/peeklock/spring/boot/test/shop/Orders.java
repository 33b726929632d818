/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test.shop;

import org.springframework.jms.annotation.JmsListener;
import org.springframework.stereotype.Component;

/** What listens. */
@Component
public class Orders {
    private final Kitchen kitchen;

    Orders(Kitchen kitchen) {
        this.kitchen = kitchen;
    }

    @JmsListener(destination = "orders")
    void take(String order) {
        kitchen.brew(order);
    }
}
