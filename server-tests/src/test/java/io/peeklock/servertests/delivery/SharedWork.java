/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.delivery;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** Lets a bean go on when another one works too. Any thread. */
final class SharedWork {

    private static final CyclicBarrier TWO = new CyclicBarrier(2);

    private SharedWork() {}

    static void meet() {
        try {
            TWO.await(1, TimeUnit.MINUTES);
        } catch (Exception e) {
            throw new IllegalStateException("no second bean works", e);
        }
    }
}
