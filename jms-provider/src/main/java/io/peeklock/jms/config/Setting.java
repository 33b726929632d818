/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.entity.QueueDescription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every key of a factory's URL: the one place that knows its name, type, default, range and meaning. {@code
 * docs/configuration.md} is made from it.
 *
 * <p>Immutable, thread safe.
 */
@SuppressWarnings("ImmutableEnumChecker") // the formats are records of constants
public enum Setting {
    PARTITIONS(
            "partitions",
            Scope.STORE,
            new ValueFormat.WholeNumber(1, Limits.MAX_PARTITIONS),
            null,
            "16 for a new store, else as the store was created",
            "Number of partitions, fixed when the store is created; another number than the store's is refused (P1)."),
    PROFILE(
            "profile",
            Scope.STORE,
            new ValueFormat.Choice(NamespaceConfig.Profile.class),
            NamespaceConfig.Profile.JMS,
            null,
            "Defaults for which kind of program: any Jakarta Messaging program, or one that expects what Azure Service Bus"
                    + " does."),
    OPERATION_TIMEOUT(
            "operationTimeout",
            Scope.CONNECTION,
            new ValueFormat.Time(Duration.ofMillis(1), Duration.ofDays(1), Map.of()),
            Duration.ofSeconds(60),
            null,
            "How long a send or another operation may wait for room, for a partition or for the disk (P7); within a shared"
                    + " broker the time of the factory that opened it holds too."),
    AUTO_CREATE(
            "autoCreate",
            Scope.STORE,
            new ValueFormat.Flag(),
            true,
            null,
            "Whether a queue or topic that does not exist is created when it is first used (W5)."),
    AUTO_CREATE_PARTITIONED(
            "autoCreate.partitioned",
            Scope.STORE,
            new ValueFormat.Flag(),
            false,
            null,
            "Whether queues and topics created on first use are spread over all partitions (W5)."),
    LINGER(
            "linger",
            Scope.CONNECTION,
            new ValueFormat.Time(Duration.ZERO, Duration.ofDays(1), Map.of("factory", Limits.FOREVER)),
            null,
            "30s for file, factory for mem",
            "How long the broker stays open after its last connection; factory: until the factory is closed. Of the factories"
                    + " that share a broker and are not closed the longest counts."),
    BODY_MEMORY(
            "bodyMemory",
            Scope.STORE,
            new ValueFormat.Size(Limits.MIB, 1L << 50),
            null,
            "an eighth of the heap",
            "Memory for message bodies; beyond it they are read from a swap file (peeklock:mem: keeps all in the heap)."
                    + " After a restart at most 32MiB of it are used until messages are sent."),
    INDEX_MEMORY(
            "indexMemory",
            Scope.STORE,
            new ValueFormat.Size(Limits.MIB, 1L << 50),
            null,
            "a quarter of the heap",
            "Memory for what is kept of every message; beyond it sends fail with QuotaExceeded."),
    JOURNAL_FILE_SIZE(
            "journal.fileSize",
            Scope.FILE_STORE,
            new ValueFormat.Size(256 * Limits.KIB, 1024 * Limits.MIB),
            10 * Limits.MIB,
            null,
            "Size of one journal file; may differ each time the store is opened."),
    JOURNAL_MARK_INTERVAL(
            "journal.markInterval",
            Scope.FILE_STORE,
            new ValueFormat.Time(Duration.ofMillis(1), Duration.ofSeconds(60), Map.of()),
            Duration.ofMillis(250),
            null,
            "How much of the last work before a crash may be missing without being reported as damage."),
    TRUSTED_PACKAGES(
            "trustedPackages",
            Scope.CONNECTION,
            new ValueFormat.Names(),
            List.of(),
            "none: values, exceptions and collections of the JDK, and classes that this broker's applications have sent since it was opened",
            "Packages, with those below them, and classes whose objects may be deserialised from ObjectMessages beside those"
                    + " of the default; see [messages](messages.md#bodies)."),
    CLIENT_ID(
            "clientId",
            Scope.CONNECTION,
            new ValueFormat.Text(ConnectionFactorySettings.MAX_CLIENT_ID_CHARS),
            null,
            "none",
            "Client identifier of the connections; only one connection at a time can have it."),
    LOCK_RENEWAL(
            "lockRenewal",
            Scope.CONNECTION,
            new ValueFormat.Time(
                    Duration.ofSeconds(1),
                    Duration.ofDays(1),
                    Map.of("none", Duration.ZERO, "session", ReceiverOptions.FOREVER)),
            Duration.ofMinutes(5),
            null,
            "How long locks of messages received with CLIENT_ACKNOWLEDGE or individual acknowledgement are renewed by"
                    + " themselves; session: as long as the session lives."),
    MAX_UNACKNOWLEDGED(
            "maxUnacknowledged",
            Scope.CONNECTION,
            new ValueFormat.WholeNumber(1, 1_000_000_000),
            null,
            "any number",
            "How many messages a session with CLIENT_ACKNOWLEDGE or individual acknowledgement may have unacknowledged; with"
                    + " so many it receives no more until it acknowledges some or their locks run out."),
    TRANSACTION_TIMEOUT(
            "transactionTimeout",
            Scope.CONNECTION,
            new ValueFormat.Time(Duration.ofSeconds(1), Duration.ofDays(1), Map.of("none", Duration.ZERO)),
            null,
            "none with profile jms, 2min with azure",
            "Time from its first operation after which a local transaction that is still open is rolled back (X2), or a global one"
                    + " whose transaction manager sets none."),
    MAX_TRANSACTION_MESSAGES(
            "maxTransactionMessages",
            Scope.CONNECTION,
            new ValueFormat.WholeNumber(1, 1_000_000_000),
            null,
            "any number with profile jms, 100 with azure",
            "How many messages a local transaction may send; one more is refused with QuotaExceeded (X3)."),
    MAX_TRANSACTION_SIZE(
            "maxTransactionSize",
            Scope.CONNECTION,
            new ValueFormat.Size(Limits.KIB, 1L << 50),
            null,
            "as much as bodyMemory",
            "How large the messages that a local transaction is to send may be together, properties included, with states"
                    + " of sessions and changed properties of received messages; until the commit they are in memory. The one that"
                    + " would be too much is refused with QuotaExceeded."),
    MAX_TRANSACTION_RECEIVED(
            "maxTransactionReceived",
            Scope.CONNECTION,
            new ValueFormat.WholeNumber(1, 1_000_000_000),
            null,
            "any number",
            "How many received messages a local transaction may hold; with so many, receiving fails with QuotaExceeded until it"
                    + " is committed or rolled back."),
    CROSS_PARTITION(
            "crossPartition",
            Scope.CONNECTION,
            new ValueFormat.Flag(),
            false,
            null,
            "Whether a transaction may send to partitioned queues and topics under keys of several partitions, and receive from"
                    + " all of them; else a send whose key lies elsewhere is refused, naming both (P9, P11)."),
    DEFAULT_LOCK_DURATION(
            "defaultLockDuration",
            Scope.STORE,
            new ValueFormat.Time(QueueDescription.MIN_LOCK_DURATION, QueueDescription.MAX_LOCK_DURATION, Map.of()),
            QueueDescription.DEFAULT_LOCK_DURATION,
            null,
            "Lock duration of queues created on first use and of subscriptions that applications make (L3)."),
    DEFAULT_MAX_DELIVERY_COUNT(
            "defaultMaxDeliveryCount",
            Scope.STORE,
            new ValueFormat.WholeNumber(1, Integer.MAX_VALUE),
            QueueDescription.DEFAULT_MAX_DELIVERY_COUNT,
            null,
            "Failed deliveries after which queues created on first use, and subscriptions that applications make, dead-letter a message (L12)."),
    DEFAULT_QUEUE_SIZE(
            "defaultQueueSize",
            Scope.STORE,
            new ValueFormat.Size(QueueDescription.MIN_SIZE_BYTES, 1L << 50),
            QueueDescription.DEFAULT_SIZE_BYTES,
            null,
            "Size quota of queues created on first use and of each subscription of such a topic, per partition if they are partitioned (P2, Q3)."),
    MAX_MESSAGE_SIZE(
            "maxMessageSize",
            Scope.STORE,
            new ValueFormat.Size(QueueDescription.MIN_MESSAGE_BYTES, QueueDescription.MAX_MESSAGE_BYTES),
            (long) QueueDescription.DEFAULT_MESSAGE_BYTES,
            null,
            "Largest message of queues and topics created on first use, properties included (Q1)."),
    EXPIRE_WHOLE_SESSIONS(
            "expireWholeSessions",
            Scope.STORE,
            new ValueFormat.Flag(),
            false,
            null,
            "Whether the first message of a session takes with it, when it expires, all that wait behind it (T9)."),
    CONFIG_FILE(
            "configFile",
            Scope.STORE,
            new ValueFormat.FilePath(),
            null,
            "none",
            "JSON file of queues, topics, subscriptions and rules, as the Service Bus emulator's Config.json, that is applied when"
                    + " the broker is opened; see [administration](administration.md#the-declarative-file)."),
    USERS(
            "users",
            Scope.STORE,
            new ValueFormat.FilePath(),
            null,
            "none: every connection is let in, whatever its user and password",
            "File of the users who may connect, each with a salted hash of the password; how it is made is in"
                    + " [operations](operations.md#users)."),
    USER(
            "user",
            Scope.CONNECTION,
            new ValueFormat.Text(128),
            null,
            "none",
            "User of connections and contexts that are created without one; given arguments go before it."),
    PASSWORD(
            "password",
            Scope.CONNECTION,
            new ValueFormat.Secret(1024),
            null,
            "none",
            "That user's password. The factory's getUrl() and toString() leave it out; its serialized form and its JNDI"
                    + " reference have it."),
    TRACING(
            "tracing",
            Scope.CONNECTION,
            new ValueFormat.Text(64),
            null,
            "none",
            "Who traces messages: opentelemetry, with the module observability on the class path; see"
                    + " [observability](observability.md#traces)."),
    JMX(
            "jmx",
            Scope.CONNECTION,
            new ValueFormat.Flag(),
            false,
            null,
            "Whether the broker registers MXBeans, from this factory's first connection on until it is closed; see"
                    + " [observability](observability.md#jmx).");

    /** What a setting belongs to. */
    public enum Scope {
        /** The broker: all factories that share it must agree. */
        STORE,
        /** The broker, and only one on disk. */
        FILE_STORE,
        /** The connections of one factory. */
        CONNECTION
    }

    private final String key;
    private final Scope scope;
    private final ValueFormat format;
    private final @Nullable Object defaultValue;
    private final @Nullable String defaultText;
    private final String description;

    Setting(
            String key,
            Scope scope,
            ValueFormat format,
            @Nullable Object defaultValue,
            @Nullable String defaultText,
            String description) {
        this.key = key;
        this.scope = scope;
        this.format = format;
        this.defaultValue = defaultValue;
        this.defaultText = defaultText;
        this.description = description;
    }

    public String key() {
        return key;
    }

    public Scope scope() {
        return scope;
    }

    /** What kind of value it has. */
    public String type() {
        return format.type();
    }

    /** Which values are allowed. */
    public String range() {
        return format.range();
    }

    /** What holds when nothing is set. */
    public String defaultText() {
        Object value = defaultValue;
        if (defaultText != null || value == null) {
            return defaultText == null ? "none" : defaultText;
        }
        return format.format(value);
    }

    public String description() {
        return description;
    }

    /** The fixed default; null if it depends on store or heap, or is none. */
    @Nullable
    Object defaultValue() {
        return defaultValue;
    }

    Object parse(String text) {
        try {
            return format.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(complaint(isSecret() ? new Password(text).toString() : text, e), e);
        }
    }

    Object check(Object value) {
        try {
            return format.check(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(complaint(format.format(value), e), e);
        }
    }

    /** Whether its value is shown nowhere. */
    boolean isSecret() {
        return format instanceof ValueFormat.Secret;
    }

    String format(Object value) {
        return format.format(value);
    }

    private String complaint(String text, IllegalArgumentException reason) {
        String shown = text.length() > 60 ? text.substring(0, 60) + "..." : text;
        return "Setting " + key + " cannot be '" + shown + "': " + reason.getMessage();
    }

    private static final class Limits {
        static final long KIB = 1L << 10;
        static final long MIB = 1L << 20;
        static final int MAX_PARTITIONS = 256;
        static final Duration FOREVER = ConnectionFactorySettings.UNTIL_FACTORY_CLOSED;
    }
}
