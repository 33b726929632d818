/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.cafe;

import org.springframework.jms.annotation.JmsListener;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.stereotype.Component;

/** Makes what is ordered. An order is locked meanwhile: completed when this returns, there again when it throws. */
@Component
public class Barista {

    private final Recipes recipes;

    Barista(Recipes recipes) {
        this.recipes = recipes;
    }

    @JmsListener(destination = "orders")
    void make(String drink, @Header("JMSXDeliveryCount") int delivery) {
        if (!recipes.know(drink)) {
            System.out.println("  " + drink + ": no such recipe (delivery " + delivery + ")");
            throw new IllegalArgumentException("no recipe of " + drink);
        }
        System.out.println("  " + drink + ": made");
    }
}
