/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.jndi;

import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * JNDI for programs without a server: an initial context whose names are given as properties.
 *
 * <p>Stateless, thread safe.
 *
 * <pre>
 * java.naming.factory.initial   = io.peeklock.jms.jndi.PeeklockInitialContextFactory
 * java.naming.provider.url      = peeklock:file:/var/lib/bus      bound as "ConnectionFactory"
 * connectionFactory.jms/audit   = peeklock:mem:audit              bound as "jms/audit"
 * xaConnectionFactory.jms/xa    = peeklock:file:/var/lib/bus      bound as "jms/xa", for a transaction manager
 * queue.jms/orders              = orders
 * topic.jms/prices              = prices
 * </pre>
 *
 * <p>Beside these names, {@code dynamicQueues/x} and {@code dynamicTopics/x} are the queue and the topic x. A factory is
 * made at its first lookup, and every lookup in this context gives that one; it is its user who closes it.
 */
public final class PeeklockInitialContextFactory implements InitialContextFactory {

    public PeeklockInitialContextFactory() {}

    @Override
    public Context getInitialContext(@Nullable Hashtable<?, ?> environment) throws NamingException {
        return new ReadOnlyContext(JndiEnvironment.bindings(environment, PeeklockObjectFactory.MAKER), environment);
    }
}
