/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test.shop;

/** What an order needs; a test of messaging brings its own. */
public interface Kitchen {
    void brew(String order);
}
