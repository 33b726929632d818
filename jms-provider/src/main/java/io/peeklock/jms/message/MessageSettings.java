/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import java.util.List;

/**
 * What messages need to know of their connection's settings.
 *
 * <p>Immutable, thread safe.
 *
 * @param trustedClasses which classes a received object message may be made of
 */
public record MessageSettings(TrustedClasses trustedClasses) {

    /** Values of the JDK only. */
    public static final MessageSettings DEFAULT = trusting(List.of());

    /**
     * Trusts what an option names, beside values of the JDK.
     *
     * @param trustedPackages packages and classes as the option {@code trustedPackages} names them
     */
    public static MessageSettings trusting(List<String> trustedPackages) {
        return new MessageSettings(new TrustedClasses(trustedPackages));
    }
}
