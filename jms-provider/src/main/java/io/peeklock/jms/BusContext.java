/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.JMSContext;

/**
 * What the bus offers on a context beyond Jakarta Messaging. Every context of a {@link PeeklockConnectionFactory} is one.
 *
 * <p>For one thread at a time, as {@link JMSContext}.
 */
public interface BusContext extends JMSContext {

    /** The session in it, for what {@link BusSession} offers. It is closed with the context, and not by others. */
    BusSession busSession();

    /** The connection in it, which other contexts may share. It is closed with the last of them, and not by others. */
    BusConnection busConnection();
}
