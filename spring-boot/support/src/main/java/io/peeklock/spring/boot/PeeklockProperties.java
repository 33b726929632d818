/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.observability.meters.PeeklockMeters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code peeklock.*}. Immutable. What is not set has the default of the URL's setting, see {@code
 * docs/configuration.md}. What there is not is refused: a directory with a slip in its name would leave the messages in memory.
 *
 * @param enabled Whether a connection factory of Peeklock is configured.
 * @param url URL of the broker: 'peeklock:file:' and a directory, or 'peeklock:mem:' and a name, with options behind a question mark. Without it and a directory, a broker in memory of this application alone.
 * @param directory Directory of the store, in place of a URL; created if it is not there. Relative ones are below the working directory.
 * @param user User, or shared access policy, of connections for which the application names none.
 * @param password Password of that user, or a key of that policy.
 * @param configFile JSON file of queues, topics, subscriptions and rules, applied when the broker is opened. A path, or 'classpath:' and the name of a resource.
 * @param usersFile File of the users who may connect. Without it every connection is let in.
 * @param partitions Number of partitions of a new store.
 * @param profile Defaults for which kind of program: any Jakarta Messaging program, or one that expects what Azure Service Bus does.
 * @param autoCreate Whether a queue or topic that does not exist is created when it is first used.
 * @param autoCreatePartitioned Whether queues and topics created on first use are spread over all partitions.
 * @param defaultLockDuration Lock duration of queues created on first use.
 * @param defaultMaxDeliveryCount Failed deliveries after which queues created on first use dead-letter a message.
 * @param defaultQueueSize Size quota of queues created on first use.
 * @param maxMessageSize Largest message of queues and topics created on first use.
 * @param clientId Client identifier of the connections; only one connection at a time can have it.
 * @param operationTimeout How long a send or another operation may wait for room, for a partition or for the disk.
 * @param lockRenewal How long locks of messages received with client or individual acknowledgement are renewed by themselves: a duration, 'none', or 'session' for as long as the session lives.
 * @param maxUnacknowledged How many messages a session with client or individual acknowledgement may have unacknowledged.
 * @param transactionTimeout Time after which a transaction that is still open is rolled back: a duration, or 'none'.
 * @param crossPartition Whether a transaction may work under keys of several partitions.
 * @param trustedPackages Packages, with those below them, and classes whose objects may be deserialised from ObjectMessages.
 * @param options Any other option of the URL, by its name there.
 * @param pool The pool of connections.
 * @param brokerName Name of the broker in meters and MXBeans. Without it that of its directory, or of its memory.
 * @param metrics Meters.
 * @param jmx MXBeans.
 * @param tracing Traces.
 * @param transactions The transaction manager.
 */
@ConfigurationProperties(prefix = "peeklock", ignoreUnknownFields = false)
public record PeeklockProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String url,
        @Nullable String directory,
        @Nullable String user,
        @Nullable String password,
        @Nullable String configFile,
        @Nullable String usersFile,
        @Nullable Integer partitions,
        @Nullable Profile profile,
        @Nullable Boolean autoCreate,
        @Nullable Boolean autoCreatePartitioned,
        @Nullable Duration defaultLockDuration,
        @Nullable Integer defaultMaxDeliveryCount,
        @Nullable DataSize defaultQueueSize,
        @Nullable DataSize maxMessageSize,
        @Nullable String clientId,
        @Nullable Duration operationTimeout,
        @Nullable String lockRenewal,
        @Nullable Integer maxUnacknowledged,
        @Nullable String transactionTimeout,
        @Nullable Boolean crossPartition,
        @Nullable List<String> trustedPackages,
        @DefaultValue Map<String, String> options,
        @DefaultValue Pool pool,
        @Nullable String brokerName,
        @DefaultValue Metrics metrics,
        @DefaultValue Jmx jmx,
        @DefaultValue Tracing tracing,
        @DefaultValue Transactions transactions) {

    /**
     * The pool, pooled-jms.
     *
     * @param enabled Whether connections come from a pool, which needs org.messaginghub:pooled-jms.
     * @param blockIfFull Whether who asks for a session waits while the pool has none to give, rather than get an exception.
     * @param blockIfFullTimeout How long it waits before it gets an exception; negative for ever.
     * @param idleTimeout After how long without use a connection is closed; 0 for never, at most 24d.
     * @param maxConnections Most connections; 1 or more.
     * @param maxSessionsPerConnection Most sessions of each connection; 1 or more, -1 for no limit.
     * @param timeBetweenExpirationCheck How often idle connections are looked for; negative for never, but when one is asked for.
     * @param useAnonymousProducers Whether a session has one producer for all destinations.
     */
    public record Pool(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("true") boolean blockIfFull,
            @DefaultValue("-1ms") Duration blockIfFullTimeout,
            @DefaultValue("30s") Duration idleTimeout,
            @DefaultValue("1") int maxConnections,
            @DefaultValue("500") int maxSessionsPerConnection,
            @DefaultValue("-1ms") Duration timeBetweenExpirationCheck,
            @DefaultValue("true") boolean useAnonymousProducers) {}

    /**
     * Meters.
     *
     * @param enabled Whether the broker has meters in the application's Micrometer registries.
     * @param maxEntities How many queues and subscriptions have meters of their own; 1 or more.
     */
    public record Metrics(
            @DefaultValue("false") boolean enabled,

            @DefaultValue("" + PeeklockMeters.DEFAULT_MAX_ENTITIES)
            int maxEntities) {}

    /**
     * MXBeans.
     *
     * @param enabled Whether the broker has MXBeans, in the domain io.peeklock.
     */
    public record Jmx(@DefaultValue("false") boolean enabled) {}

    /**
     * Traces.
     *
     * @param enabled Whether messages carry trace context and have spans, by OpenTelemetry.
     */
    public record Tracing(@DefaultValue("false") boolean enabled) {}

    /**
     * Narayana, where it is the transaction manager.
     *
     * @param enabled Whether Narayana is set up as transaction manager, where peeklock-narayana is there.
     * @param node Id of the transaction manager: 1 to 28 bytes, the same after each restart, and of no other process that uses the same stores or databases.
     * @param directory Directory of the transaction log. As precious as the store, and not in it.
     * @param timeout How long a transaction may take that sets nothing else, in whole seconds; 0 for ever.
     * @param recoveryPeriod From one scan for transactions to recover to the next, in whole seconds.
     * @param recoveryBackOff From the first to the second pass of a scan, in whole seconds.
     * @param orphanSafety For how long a prepared branch that is not in the log is left alone. Longer than the back-off.
     * @param acceptingNewLog Whether stores take this log for that of the node id, even if they know another one. For one start, after the log was lost and what its transactions have done was looked at.
     */
    public record Transactions(
            @DefaultValue("true") boolean enabled,
            @Nullable String node,
            @Nullable String directory,
            @DefaultValue("60s") Duration timeout,
            @DefaultValue("2m") Duration recoveryPeriod,
            @DefaultValue("10s") Duration recoveryBackOff,
            @DefaultValue("20s") Duration orphanSafety,
            @DefaultValue("false") boolean acceptingNewLog) {}

    /** Without the password. */
    @Override
    public String toString() {
        return "PeeklockProperties[url=" + url + ", directory=" + directory + "]";
    }
}
