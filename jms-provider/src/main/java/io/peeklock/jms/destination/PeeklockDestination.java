/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.destination;

import io.peeklock.broker.entity.EntityPath;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.Topic;
import java.io.Serializable;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import org.jspecify.annotations.Nullable;

/**
 * The name of a queue or topic and which of the two it is; equal when both are.
 *
 * <p>Immutable, thread safe.
 */
public abstract sealed class PeeklockDestination implements Destination, Referenceable, Serializable
        permits PeeklockQueue, PeeklockTopic {

    /** Address type of the encoded form in a JNDI reference. */
    public static final String REFERENCE_ADDRESS = "peeklock.destination";

    // By name: the factory stands in a package that depends on this one.
    private static final String OBJECT_FACTORY = "io.peeklock.jms.jndi.PeeklockObjectFactory";

    static final String QUEUE = "queue:";
    static final String TOPIC = "topic:";
    static final String TEMPORARY_QUEUE = "temporary-queue:";
    static final String TEMPORARY_TOPIC = "temporary-topic:";

    private static final long serialVersionUID = 1L;

    private final String name;

    PeeklockDestination(String name) {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("A destination needs a name, got " + (name == null ? "null" : "\"\""));
        }
        this.name = name;
    }

    /** The name, as the application gave it. */
    public final String name() {
        return name;
    }

    /** Whether it lives only as long as the connection that made it. */
    public final boolean isTemporary() {
        return this instanceof TemporaryQueue || this instanceof TemporaryTopic;
    }

    /**
     * The form in which it stands in a message of the bus: {@code queue:}, {@code topic:}, {@code temporary-queue:} or
     * {@code temporary-topic:} and the name.
     */
    public final String encode() {
        return prefix() + name;
    }

    abstract String prefix();

    /**
     * Where it is in the bus.
     *
     * @throws io.peeklock.broker.error.BrokerException if the name breaks the rules for names
     */
    public abstract EntityPath path();

    /**
     * The destination of an encoded form. Text with none of the prefixes came through another front door and names a
     * queue; null and the empty text are no destination.
     */
    public static @Nullable PeeklockDestination decode(@Nullable String encoded) {
        return decode(encoded, null);
    }

    /**
     * As {@link #decode(String)}.
     *
     * @param temporaries deletes a temporary destination if it is one of its own; null if nobody does
     */
    public static @Nullable PeeklockDestination decode(
            @Nullable String encoded, @Nullable TemporaryDestinationOwner temporaries) {
        if (encoded == null || encoded.isEmpty()) {
            return null;
        }
        for (String prefix : new String[] {QUEUE, TOPIC, TEMPORARY_QUEUE, TEMPORARY_TOPIC}) {
            if (encoded.startsWith(prefix) && encoded.length() > prefix.length()) {
                return of(prefix, encoded.substring(prefix.length()), temporaries);
            }
        }
        return new PeeklockQueue(encoded);
    }

    private static PeeklockDestination of(String prefix, String name, @Nullable TemporaryDestinationOwner temporaries) {
        return switch (prefix) {
            case TOPIC -> new PeeklockTopic(name);
            case TEMPORARY_QUEUE -> new PeeklockTemporaryQueue(name, temporaries);
            case TEMPORARY_TOPIC -> new PeeklockTemporaryTopic(name, temporaries);
            default -> new PeeklockQueue(name);
        };
    }

    /**
     * This provider's form of any destination: itself if it is one already, else a queue or topic of the same name.
     *
     * @throws InvalidDestinationException if it is neither a queue nor a topic, both, or has no name
     */
    public static PeeklockDestination from(@Nullable Destination destination) throws JMSException {
        if (destination instanceof PeeklockDestination own) {
            return own;
        }
        if (destination instanceof Queue queue && !(destination instanceof Topic)) {
            return new PeeklockQueue(named(queue.getQueueName(), destination));
        }
        if (destination instanceof Topic topic && !(destination instanceof Queue)) {
            return new PeeklockTopic(named(topic.getTopicName(), destination));
        }
        throw new InvalidDestinationException(
                destination == null
                        ? "A destination is needed, got null"
                        : "Neither a queue nor a topic: "
                                + destination.getClass().getName());
    }

    private static String named(@Nullable String name, Destination destination) throws JMSException {
        if (name == null || name.isEmpty()) {
            throw new InvalidDestinationException(
                    "A destination without a name: " + destination.getClass().getName());
        }
        return name;
    }

    @Override
    public final Reference getReference() {
        return new Reference(
                getClass().getName(), new StringRefAddr(REFERENCE_ADDRESS, encode()), OBJECT_FACTORY, null);
    }

    // A temporary queue is none of the queues of that name.
    @Override
    @SuppressWarnings("EqualsGetClass")
    public final boolean equals(@Nullable Object other) {
        return other != null && getClass() == other.getClass() && name.equals(((PeeklockDestination) other).name);
    }

    @Override
    public final int hashCode() {
        return prefix().hashCode() * 31 + name.hashCode();
    }

    /** The encoded form. */
    @Override
    public final String toString() {
        return encode();
    }
}
