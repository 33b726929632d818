/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.NamespaceConfig.Profile;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction may do and how long it may take.
 *
 * <p>Immutable, thread safe.
 *
 * @param timeout time from the first operation after which it is rolled back, null for none (rule X2)
 * @param maxSends messages it may send (rule X3)
 * @param unkeyedSendsFollow whether a send without a key goes to the partition of the transaction, or is refused (rules
 *     P9, P11)
 */
public record TransactionSettings(@Nullable Duration timeout, int maxSends, boolean unkeyedSendsFollow) {

    public TransactionSettings {
        if (timeout != null && (timeout.isZero() || timeout.isNegative())) {
            throw new IllegalArgumentException("transaction time-out must be longer than zero, not " + timeout);
        }
        if (maxSends < 1) {
            throw new IllegalArgumentException("a transaction must be allowed 1 message or more, not " + maxSends);
        }
    }

    /** The defaults of a profile: without limits for Jakarta Messaging, those of Azure Service Bus for azure. */
    public static TransactionSettings of(Profile profile) {
        return switch (profile) {
            case JMS -> new TransactionSettings(null, Integer.MAX_VALUE, true);
            case AZURE -> new TransactionSettings(Duration.ofMinutes(2), 100, false);
        };
    }
}
