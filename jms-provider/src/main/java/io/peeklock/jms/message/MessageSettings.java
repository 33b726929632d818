/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.jms.destination.TemporaryDestinationOwner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What messages need to know of their connection.
 *
 * <p>Immutable, thread safe as its parts are.
 *
 * @param trustedClasses which classes a received object message may be made of
 * @param sentClasses which it may be made of beside them, and those that are sent
 * @param temporaries deletes temporary destinations of the connection that a message names; null without a connection
 */
public record MessageSettings(
        TrustedClasses trustedClasses,
        SentClasses sentClasses,
        @Nullable TemporaryDestinationOwner temporaries) {

    /** Classes of the JDK only. */
    public static final MessageSettings DEFAULT = trusting(List.of());

    /**
     * Trusts what an option names, beside classes of the JDK.
     *
     * @param trustedPackages packages and classes as the option {@code trustedPackages} names them
     */
    public static MessageSettings trusting(List<String> trustedPackages) {
        return new MessageSettings(new TrustedClasses(trustedPackages), SentClasses.NONE, null);
    }

    /** The same for the messages of one connection. */
    public MessageSettings of(SentClasses sentClassesOfBroker, TemporaryDestinationOwner temporariesOfConnection) {
        return new MessageSettings(trustedClasses, sentClassesOfBroker, temporariesOfConnection);
    }
}
