/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.jndi;

import jakarta.jms.ConnectionFactory;

/**
 * Makes a connection factory of a URL.
 *
 * <p>Thread safe.
 */
@FunctionalInterface
interface ConnectionFactoryMaker {

    /**
     * Makes one.
     *
     * @throws IllegalArgumentException saying what is wrong with the URL
     */
    ConnectionFactory make(String url);
}
