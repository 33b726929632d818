/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.NamespaceConfig.Profile;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction may do and hold, and how long it may take.
 *
 * <p>Immutable, thread safe.
 *
 * @param timeout time from the first operation after which it is rolled back, null for none (rule X2)
 * @param maxSends messages it may send (rule X3)
 * @param maxSendBytes bytes that the messages it is to send may have together, sizes as rule Q1 counts them, with the states it
 *     sets for sessions and the properties it changes on received messages
 * @param maxReceived received messages it may hold
 * @param unkeyedSendsFollow whether a send without a key goes to the partition of the transaction, or is refused (rules
 *     P9, P11)
 * @param crossPartition whether it may work with partitioned entities under several keys and in several partitions, instead of
 *     one (rule P11)
 */
public record TransactionSettings(
        @Nullable Duration timeout,
        int maxSends,
        long maxSendBytes,
        int maxReceived,
        boolean unkeyedSendsFollow,
        boolean crossPartition) {

    public TransactionSettings {
        if (timeout != null && (timeout.isZero() || timeout.isNegative())) {
            throw new IllegalArgumentException("transaction time-out must be longer than zero, not " + timeout);
        }
        if (maxSends < 1 || maxSendBytes < 1 || maxReceived < 1) {
            throw new IllegalArgumentException("a transaction must be allowed 1 message of 1 byte or more, not sends "
                    + maxSends + ", bytes " + maxSendBytes + ", received messages " + maxReceived);
        }
    }

    /** The defaults of a profile: without limits for Jakarta Messaging, those of Azure Service Bus for azure. */
    public static TransactionSettings of(Profile profile) {
        return switch (profile) {
            case JMS ->
                new TransactionSettings(null, Integer.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, true, false);
            case AZURE ->
                new TransactionSettings(Duration.ofMinutes(2), 100, Long.MAX_VALUE, Integer.MAX_VALUE, false, false);
        };
    }

    /** The same with another time-out, or none for null. */
    public TransactionSettings withTimeout(@Nullable Duration other) {
        return new TransactionSettings(other, maxSends, maxSendBytes, maxReceived, unkeyedSendsFollow, crossPartition);
    }

    /** The same with another number of sends. */
    public TransactionSettings withMaxSends(int other) {
        return new TransactionSettings(timeout, other, maxSendBytes, maxReceived, unkeyedSendsFollow, crossPartition);
    }

    /** The same with another size of what is to be sent. */
    public TransactionSettings withMaxSendBytes(long other) {
        return new TransactionSettings(timeout, maxSends, other, maxReceived, unkeyedSendsFollow, crossPartition);
    }

    /** The same with another number of received messages. */
    public TransactionSettings withMaxReceived(int other) {
        return new TransactionSettings(timeout, maxSends, maxSendBytes, other, unkeyedSendsFollow, crossPartition);
    }

    /** The same, with or without the rule of the single partition key. */
    public TransactionSettings withCrossPartition(boolean other) {
        return new TransactionSettings(timeout, maxSends, maxSendBytes, maxReceived, unkeyedSendsFollow, other);
    }
}
