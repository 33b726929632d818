/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.cafe;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** What can be made. Thread safe. */
@Component
public class Recipes {

    private final Set<String> known = ConcurrentHashMap.newKeySet();

    Recipes() {
        learn("espresso");
        learn("cappuccino");
    }

    void learn(String drink) {
        known.add(drink);
    }

    boolean know(String drink) {
        return known.contains(drink);
    }
}
