/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.jms.config.TransactionLimits;
import io.peeklock.jms.message.MessageSettings;
import io.peeklock.tx.TransactionSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a session needs to know of its connection's settings.
 *
 * <p>Immutable, thread safe.
 *
 * @param profile the defaults in force
 * @param operationTimeout how long an operation may take
 * @param clientAutoRenew for how long locks are renewed by themselves in CLIENT_ACKNOWLEDGE and individual mode
 * @param clientMaxUnacknowledged how many messages a session of these modes may have unacknowledged, or {@link #UNLIMITED}
 * @param transactions what a local transaction may do and hold, and how long it may take (rules X2, X3)
 * @param messages what messages need to know
 * @param entities finds and creates queues and topics
 * @param maxTemporaryDestinations how many a connection may have (rule W6)
 * @param tracing who traces messages, or null
 */
record SessionSettings(
        Profile profile,
        Duration operationTimeout,
        Duration clientAutoRenew,
        int clientMaxUnacknowledged,
        TransactionSettings transactions,
        MessageSettings messages,
        NewEntities entities,
        int maxTemporaryDestinations,
        @Nullable MessageTracing tracing) {

    static final int UNLIMITED = Integer.MAX_VALUE;

    private static final int MAX_TEMPORARY_DESTINATIONS = 10_000;

    /** What a factory's settings say. */
    static SessionSettings of(ConnectionFactorySettings settings) {
        return new SessionSettings(
                settings.profile(),
                settings.operationTimeout(),
                settings.lockRenewal(),
                settings.maxUnacknowledged() == 0 ? UNLIMITED : settings.maxUnacknowledged(),
                transactions(settings),
                MessageSettings.trusting(settings.trustedPackages()),
                new NewEntities(settings),
                MAX_TEMPORARY_DESTINATIONS,
                null);
    }

    /** The limits of the profile, but for those that are set. */
    private static TransactionSettings transactions(ConnectionFactorySettings settings) {
        TransactionLimits set = settings.transactions();
        TransactionSettings limits = TransactionSettings.of(settings.profile())
                .withMaxSendBytes(set.maxBytes() == 0 ? settings.bodyMemoryBytes() : set.maxBytes())
                .withCrossPartition(set.crossPartition());
        Duration timeout = set.timeout();
        if (timeout != null) {
            limits = limits.withTimeout(timeout.isZero() ? null : timeout);
        }
        if (set.maxMessages() != 0) {
            limits = limits.withMaxSends(set.maxMessages());
        }
        if (set.maxReceived() != 0) {
            limits = limits.withMaxReceived(set.maxReceived());
        }
        return limits;
    }

    /** The same with other settings of messages. */
    SessionSettings with(MessageSettings other) {
        return new SessionSettings(
                profile,
                operationTimeout,
                clientAutoRenew,
                clientMaxUnacknowledged,
                transactions,
                other,
                entities,
                maxTemporaryDestinations,
                tracing);
    }

    /** The same with somebody who traces messages, or nobody. */
    SessionSettings with(@Nullable MessageTracing other) {
        return new SessionSettings(
                profile,
                operationTimeout,
                clientAutoRenew,
                clientMaxUnacknowledged,
                transactions,
                messages,
                entities,
                maxTemporaryDestinations,
                other);
    }

    private static final Duration AZURE_AUTO_RENEW = Duration.ofMinutes(5);

    /** How many unacknowledged messages a session may have; others than these have few, or end all at once. */
    int maxUnacknowledged(SessionMode mode) {
        return switch (mode) {
            case CLIENT, INDIVIDUAL -> clientMaxUnacknowledged;
            case AUTO, DUPS_OK, PRE, TRANSACTED, XA -> UNLIMITED;
        };
    }

    /** For how long after its hand-out a lock is renewed by itself, by acknowledge mode (table of the profiles). */
    Duration autoRenew(SessionMode mode) {
        return switch (mode) {
            case PRE -> Duration.ZERO;
            case CLIENT, INDIVIDUAL -> clientAutoRenew;
            case AUTO, DUPS_OK -> profile == Profile.AZURE ? AZURE_AUTO_RENEW : ReceiverOptions.FOREVER;
            // Locks of messages in a live transaction are always renewed.
            case TRANSACTED, XA -> ReceiverOptions.FOREVER;
        };
    }
}
