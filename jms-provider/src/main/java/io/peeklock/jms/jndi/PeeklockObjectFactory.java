/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.jndi;

import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.jms.PeeklockXAConnectionFactory;
import io.peeklock.jms.destination.PeeklockDestination;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.destination.PeeklockTopic;
import jakarta.jms.ConnectionFactory;
import java.util.Hashtable;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NamingException;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.spi.ObjectFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes factories and destinations of the references under which directories and servers keep them.
 *
 * <p>Stateless, thread safe.
 *
 * <p>Knows what {@code getReference()} of our classes wrote, and references that a server was told to make, such as
 * Tomcat's {@code <Resource name="jms/orders" type="jakarta.jms.Queue" physicalName="orders" factory="..."/>} and
 * {@code <Resource name="jms/bus" type="jakarta.jms.ConnectionFactory" url="peeklock:mem:orders" factory="..."/>}; of type
 * {@code jakarta.jms.XAConnectionFactory} it is one for a transaction manager.
 */
public final class PeeklockObjectFactory implements ObjectFactory {

    static final ConnectionFactoryMaker MAKER = PeeklockConnectionFactory::new;

    static final ConnectionFactoryMaker XA_MAKER = PeeklockXAConnectionFactory::new;

    public PeeklockObjectFactory() {}

    /** @return null for what is not ours, so that others are asked */
    @Override
    public @Nullable Object getObjectInstance(
            @Nullable Object object,
            @Nullable Name name,
            @Nullable Context context,
            @Nullable Hashtable<?, ?> environment)
            throws NamingException {
        if (!(object instanceof Reference reference)) {
            return null;
        }
        String destination = text(reference, PeeklockDestination.REFERENCE_ADDRESS);
        if (destination != null) {
            return PeeklockDestination.decode(destination);
        }
        String own = text(reference, PeeklockConnectionFactory.REFERENCE_ADDRESS);
        String url = own != null ? own : text(reference, "url");
        if (url != null) {
            return connectionFactory(reference, url);
        }
        String physicalName = text(reference, "physicalName");
        return physicalName == null ? null : destination(reference.getClassName(), physicalName);
    }

    private static @Nullable Object destination(String type, String name) {
        return switch (type) {
            case "jakarta.jms.Queue" -> new PeeklockQueue(name);
            case "jakarta.jms.Topic" -> new PeeklockTopic(name);
            default -> null;
        };
    }

    private static ConnectionFactory connectionFactory(Reference reference, String url) throws NamingException {
        try {
            return maker(reference.getClassName()).make(url);
        } catch (IllegalArgumentException e) {
            ConfigurationException exception =
                    new ConfigurationException("Reference to a " + reference.getClassName() + ": " + e.getMessage());
            exception.initCause(e);
            throw exception;
        }
    }

    private static ConnectionFactoryMaker maker(String type) {
        return switch (type) {
            case "io.peeklock.jms.PeeklockXAConnectionFactory",
                    "jakarta.jms.XAConnectionFactory",
                    "jakarta.jms.XAQueueConnectionFactory",
                    "jakarta.jms.XATopicConnectionFactory" -> XA_MAKER;
            default -> MAKER;
        };
    }

    private static @Nullable String text(Reference reference, String type) {
        RefAddr address = reference.get(type);
        return address != null && address.getContent() instanceof String text && !text.isEmpty() ? text : null;
    }
}
