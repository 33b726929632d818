/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

/**
 * A namespace as its opener has it: with the right to close it. Whom it is lent to must not end it for the others.
 *
 * <p>Thread safe.
 */
public interface OpenedNamespace extends Namespace, AutoCloseable {

    /**
     * Refuses new work, lets what is under way become durable, closes the journals and stops every thread. Blocks until
     * that is done. Idempotent.
     */
    @Override
    void close();
}
