/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test.shop;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.stereotype.Component;

/** An application as it is tested. */
@SpringBootApplication
public class Shop {

    /** What an order needs; a test of messaging brings its own. */
    public interface Kitchen {
        void brew(String order);
    }

    /** The real one. */
    @Component
    public static class Machine implements Kitchen {
        private final List<String> brewed = new CopyOnWriteArrayList<>();

        @Override
        public void brew(String order) {
            brewed.add(order);
        }

        /** What it has made. */
        public List<String> brewed() {
            return brewed;
        }
    }

    /** What listens. */
    @Component
    public static class Orders {
        private final Kitchen kitchen;

        Orders(Kitchen kitchen) {
            this.kitchen = kitchen;
        }

        @JmsListener(destination = "orders")
        void take(String order) {
            kitchen.brew(order);
        }
    }

    /** What listens to something else. */
    @Component
    public static class Complaints {

        @JmsListener(destination = "complaints")
        void take(String complaint) {
            throw new IllegalStateException(complaint);
        }
    }
}
