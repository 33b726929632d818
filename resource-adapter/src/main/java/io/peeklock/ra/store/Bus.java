/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.store;

import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * The stores of one started adapter. What comes from here may be of another class loader: use it by the types of Jakarta Messaging
 * and the JDK alone.
 *
 * <p>Thread safe. Opening blocks until the store is loaded.
 */
public interface Bus {

    /**
     * The connections of a store. It is opened with the first of them. When the adapter that has opened it is stopped, connections
     * end with a call of their {@link jakarta.jms.ExceptionListener}; a new one of the same factory opens the store anew.
     *
     * @throws JMSException if the adapter is stopped, or the URL is wrong
     */
    XAConnectionFactory connectionFactory(String url) throws JMSException;

    /** The session in a context that a factory of this bus made with {@code createXAContext}. It is closed with the context. */
    Session sessionOf(XAJMSContext context);

    /**
     * A name for the resource manager that a store is to a user: the same for the same store, user and password, in all adapters of the
     * JVM. It opens nothing, and is for comparisons alone.
     *
     * @param userName null for the one in the URL, if there is one
     * @throws JMSException if the URL is wrong
     */
    String resourceManager(String url, @Nullable String userName, @Nullable String password) throws JMSException;

    /**
     * What a transaction manager asks for branches in doubt. It opens the store when it is asked, answers XAER_RMFAIL while it
     * cannot, and is closed with the adapter; the same for the same arguments.
     *
     * @param userName with the claim Manage if the store has users or policies; null for nobody
     * @throws JMSException as {@link #connectionFactory}
     */
    XAResource recoveryResource(String url, @Nullable String userName, @Nullable String password) throws JMSException;
}
