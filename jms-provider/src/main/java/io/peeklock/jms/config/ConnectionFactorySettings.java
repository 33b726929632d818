/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything a connection factory was told, checked; {@link Setting} says what each of it means.
 *
 * <p>Immutable, thread safe.
 *
 * @param store where the broker is
 * @param partitions number of partitions; 0 for 16 in a new store, else as stored
 * @param profile defaults of the bus
 * @param operationTimeout how long an operation may wait
 * @param autoCreate whether queues are created on first use
 * @param autoCreatePartitioned whether those are partitioned
 * @param linger how long the broker outlives its last connection; {@link #UNTIL_FACTORY_CLOSED}
 * @param bodyMemoryBytes memory for bodies
 * @param indexMemoryBytes memory for what is kept of each message
 * @param journalFileSizeBytes size of a journal file
 * @param journalMarkInterval how much may be missing after a crash without a report
 * @param partitionDirectories partitions that have a directory of their own (rule P14)
 * @param trustedPackages what may be deserialised
 * @param clientId client identifier of the connections, or null
 * @param lockRenewal how long locks are renewed for CLIENT_ACKNOWLEDGE; zero for not at all, {@code
 *     ReceiverOptions.FOREVER} for the session's life
 * @param maxUnacknowledged how many messages a session may have unacknowledged, 0 for any number
 * @param transactions what a transaction may do and hold
 * @param defaultLockDuration lock duration of queues created on first use
 * @param defaultMaxDeliveryCount their failed deliveries until the dead-letter queue
 * @param defaultQueueSizeBytes their size quota
 * @param maxMessageSizeBytes their largest message
 * @param expireWholeSessions whether the first message of a session that expires takes those behind it with it
 * @param configFile file of entities that is applied when the broker is opened, or null
 * @param users file of those who may connect, or null if everybody may
 * @param user who connects where nobody is named, or null
 * @param password that user's
 * @param tracing name of who traces messages, or null
 * @param jmx whether the broker has MXBeans
 */
public record ConnectionFactorySettings(
        StoreLocation store,
        int partitions,
        Profile profile,
        Duration operationTimeout,
        boolean autoCreate,
        boolean autoCreatePartitioned,
        Duration linger,
        long bodyMemoryBytes,
        long indexMemoryBytes,
        int journalFileSizeBytes,
        Duration journalMarkInterval,
        Map<Integer, Path> partitionDirectories,
        List<String> trustedPackages,
        @Nullable String clientId,
        Duration lockRenewal,
        int maxUnacknowledged,
        TransactionLimits transactions,
        Duration defaultLockDuration,
        int defaultMaxDeliveryCount,
        long defaultQueueSizeBytes,
        int maxMessageSizeBytes,
        boolean expireWholeSessions,
        @Nullable Path configFile,
        @Nullable Path users,
        @Nullable String user,
        @Nullable Password password,
        @Nullable String tracing,
        boolean jmx) {

    /** The longest client identifier, in characters. */
    public static final int MAX_CLIENT_ID_CHARS = 128;

    /** A linger without end. */
    public static final Duration UNTIL_FACTORY_CLOSED = Duration.ofSeconds(Long.MAX_VALUE);

    private static final Duration FILE_LINGER = Duration.ofSeconds(30);

    public ConnectionFactorySettings {
        partitionDirectories = Map.copyOf(partitionDirectories);
        trustedPackages = List.copyOf(trustedPackages);
    }

    /**
     * Reads a URL: {@code peeklock:file:/var/lib/bus?partitions=16} or {@code peeklock:mem:orders}.
     *
     * @throws IllegalArgumentException saying what is wrong with it and what is allowed
     */
    public static ConnectionFactorySettings parse(@Nullable String url) {
        return FactoryUrl.parse(url);
    }

    public static Builder builder(StoreLocation store) {
        return new Builder(store);
    }

    /** A broker in this directory. */
    public static Builder file(Path directory) {
        return builder(new StoreLocation.Directory(directory));
    }

    /** A broker in memory, of this name. */
    public static Builder memory(String name) {
        return builder(new StoreLocation.Memory(name));
    }

    /**
     * These settings, with the default of one of them.
     *
     * @throws IllegalArgumentException if the others need it
     */
    public ConnectionFactorySettings without(Setting setting) {
        Builder others = new Builder(store);
        for (Setting each : Setting.values()) {
            Object value = value(each);
            if (each != setting && value != null) {
                others.values.putChecked(each, value);
            }
        }
        partitionDirectories.forEach(others::partitionDirectory);
        return others.build();
    }

    /** The settings of the namespace itself. */
    public NamespaceConfig namespace() {
        return new NamespaceConfig(
                profile,
                operationTimeout,
                autoCreate,
                autoCreatePartitioned,
                bodyMemoryBytes,
                indexMemoryBytes,
                expireWholeSessions);
    }

    /** A URL that reads as these settings, but for the password, which it does not have; defaults are left out. */
    public String toUrl() {
        return FactoryUrl.format(this, false);
    }

    /** As {@link #toUrl()}, with the password: to be kept, never to be shown. */
    public String toSecretUrl() {
        return FactoryUrl.format(this, true);
    }

    /**
     * What keeps a factory with these settings from sharing a broker that was opened with others: the first setting of
     * the broker that is not the same, in words; empty if there is none. A number of partitions that was left open
     * agrees with any; users that were left out agree with none, or the broker would be open to some.
     */
    public Optional<String> conflict(ConnectionFactorySettings opened) {
        return SettingsConflict.of(this, opened);
    }

    /** The value of a setting as it would be set; null where there is none. */
    public @Nullable Object value(Setting setting) {
        return switch (setting) {
            case PARTITIONS -> partitions == 0 ? null : partitions;
            case PROFILE -> profile;
            case OPERATION_TIMEOUT -> operationTimeout;
            case AUTO_CREATE -> autoCreate;
            case AUTO_CREATE_PARTITIONED -> autoCreatePartitioned;
            case LINGER -> linger;
            case BODY_MEMORY -> bodyMemoryBytes;
            case INDEX_MEMORY -> indexMemoryBytes;
            case JOURNAL_FILE_SIZE -> (long) journalFileSizeBytes;
            case JOURNAL_MARK_INTERVAL -> journalMarkInterval;
            case TRUSTED_PACKAGES -> trustedPackages;
            case CLIENT_ID -> clientId;
            case LOCK_RENEWAL -> lockRenewal;
            case MAX_UNACKNOWLEDGED -> maxUnacknowledged == 0 ? null : maxUnacknowledged;
            case TRANSACTION_TIMEOUT -> transactions.timeout();
            case MAX_TRANSACTION_MESSAGES -> transactions.maxMessages() == 0 ? null : transactions.maxMessages();
            case MAX_TRANSACTION_SIZE -> transactions.maxBytes() == 0 ? null : transactions.maxBytes();
            case MAX_TRANSACTION_RECEIVED -> transactions.maxReceived() == 0 ? null : transactions.maxReceived();
            case CROSS_PARTITION -> transactions.crossPartition();
            case DEFAULT_LOCK_DURATION -> defaultLockDuration;
            case DEFAULT_MAX_DELIVERY_COUNT -> defaultMaxDeliveryCount;
            case DEFAULT_QUEUE_SIZE -> defaultQueueSizeBytes;
            case MAX_MESSAGE_SIZE -> (long) maxMessageSizeBytes;
            case EXPIRE_WHOLE_SESSIONS -> expireWholeSessions;
            case CONFIG_FILE -> configFile;
            case USERS -> users;
            case USER -> user;
            case PASSWORD -> password;
            case TRACING -> tracing;
            case JMX -> jmx;
        };
    }

    /**
     * Collects settings; each is checked when it is set.
     *
     * <p>Not thread safe. Every method throws {@link IllegalArgumentException} for a value that is not allowed.
     */
    public static final class Builder {
        private final SettingValues values;

        private Builder(StoreLocation store) {
            this.values = new SettingValues(store);
        }

        /** Sets any setting by its text, as in a URL. */
        public Builder set(Setting setting, String text) {
            return put(setting, setting.parse(text));
        }

        public Builder partitions(int number) {
            return put(Setting.PARTITIONS, number);
        }

        public Builder profile(Profile profile) {
            return put(Setting.PROFILE, profile);
        }

        public Builder operationTimeout(Duration timeout) {
            return put(Setting.OPERATION_TIMEOUT, timeout);
        }

        public Builder autoCreate(boolean create) {
            return put(Setting.AUTO_CREATE, create);
        }

        public Builder autoCreatePartitioned(boolean partitioned) {
            return put(Setting.AUTO_CREATE_PARTITIONED, partitioned);
        }

        /** {@link #UNTIL_FACTORY_CLOSED} is allowed. */
        public Builder linger(Duration linger) {
            return put(Setting.LINGER, linger);
        }

        public Builder bodyMemory(long bytes) {
            return put(Setting.BODY_MEMORY, bytes);
        }

        public Builder indexMemory(long bytes) {
            return put(Setting.INDEX_MEMORY, bytes);
        }

        public Builder journalFileSize(long bytes) {
            return put(Setting.JOURNAL_FILE_SIZE, bytes);
        }

        public Builder journalMarkInterval(Duration interval) {
            return put(Setting.JOURNAL_MARK_INTERVAL, interval);
        }

        public Builder trustedPackages(List<String> packages) {
            return put(Setting.TRUSTED_PACKAGES, packages);
        }

        public Builder clientId(String id) {
            return put(Setting.CLIENT_ID, id);
        }

        /** Zero and {@code ReceiverOptions.FOREVER} are allowed. */
        public Builder lockRenewal(Duration renewal) {
            return put(Setting.LOCK_RENEWAL, renewal);
        }

        public Builder maxUnacknowledged(int messages) {
            return put(Setting.MAX_UNACKNOWLEDGED, messages);
        }

        /** Zero is allowed: no time-out. */
        public Builder transactionTimeout(Duration timeout) {
            return put(Setting.TRANSACTION_TIMEOUT, timeout);
        }

        public Builder maxTransactionMessages(int messages) {
            return put(Setting.MAX_TRANSACTION_MESSAGES, messages);
        }

        public Builder maxTransactionSize(long bytes) {
            return put(Setting.MAX_TRANSACTION_SIZE, bytes);
        }

        public Builder maxTransactionReceived(int messages) {
            return put(Setting.MAX_TRANSACTION_RECEIVED, messages);
        }

        public Builder crossPartition(boolean allow) {
            return put(Setting.CROSS_PARTITION, allow);
        }

        public Builder defaultLockDuration(Duration duration) {
            return put(Setting.DEFAULT_LOCK_DURATION, duration);
        }

        public Builder defaultMaxDeliveryCount(int count) {
            return put(Setting.DEFAULT_MAX_DELIVERY_COUNT, count);
        }

        public Builder defaultQueueSize(long bytes) {
            return put(Setting.DEFAULT_QUEUE_SIZE, bytes);
        }

        public Builder maxMessageSize(long bytes) {
            return put(Setting.MAX_MESSAGE_SIZE, bytes);
        }

        public Builder expireWholeSessions(boolean expire) {
            return put(Setting.EXPIRE_WHOLE_SESSIONS, expire);
        }

        /** A file of entities, applied when the broker is opened. */
        public Builder configFile(Path file) {
            return put(Setting.CONFIG_FILE, file);
        }

        public Builder users(Path file) {
            return put(Setting.USERS, file);
        }

        /** Who connects where nobody is named. */
        public Builder user(String name) {
            return put(Setting.USER, name);
        }

        public Builder password(String text) {
            return put(Setting.PASSWORD, new Password(text));
        }

        /** Name of who traces messages: {@code opentelemetry}. */
        public Builder tracing(String name) {
            return put(Setting.TRACING, name);
        }

        /** Whether the broker registers MXBeans. */
        public Builder jmx(boolean register) {
            return put(Setting.JMX, register);
        }

        /** Puts a partition into a directory of its own (rule P14). */
        public Builder partitionDirectory(int partition, Path directory) {
            values.putDirectory(partition, directory);
            return this;
        }

        private Builder put(Setting setting, Object value) {
            values.put(setting, value);
            return this;
        }

        public ConnectionFactorySettings build() {
            NamespaceConfig defaults = NamespaceConfig.defaults();
            return new ConnectionFactorySettings(
                    values.store(),
                    values.get(Setting.PARTITIONS, Integer.class, 0),
                    values.get(Setting.PROFILE, Profile.class),
                    values.get(Setting.OPERATION_TIMEOUT, Duration.class),
                    values.get(Setting.AUTO_CREATE, Boolean.class),
                    values.get(Setting.AUTO_CREATE_PARTITIONED, Boolean.class),
                    values.get(Setting.LINGER, Duration.class, values.inMemory() ? UNTIL_FACTORY_CLOSED : FILE_LINGER),
                    values.get(Setting.BODY_MEMORY, Long.class, defaults.bodyMemoryBytes()),
                    values.get(Setting.INDEX_MEMORY, Long.class, defaults.indexMemoryBytes()),
                    Math.toIntExact(values.get(Setting.JOURNAL_FILE_SIZE, Long.class)),
                    values.get(Setting.JOURNAL_MARK_INTERVAL, Duration.class),
                    values.directories(),
                    values.texts(Setting.TRUSTED_PACKAGES),
                    values.find(Setting.CLIENT_ID, String.class),
                    values.get(Setting.LOCK_RENEWAL, Duration.class),
                    values.get(Setting.MAX_UNACKNOWLEDGED, Integer.class, 0),
                    new TransactionLimits(
                            values.find(Setting.TRANSACTION_TIMEOUT, Duration.class),
                            values.get(Setting.MAX_TRANSACTION_MESSAGES, Integer.class, 0),
                            values.get(Setting.MAX_TRANSACTION_SIZE, Long.class, 0L),
                            values.get(Setting.MAX_TRANSACTION_RECEIVED, Integer.class, 0),
                            values.get(Setting.CROSS_PARTITION, Boolean.class)),
                    values.get(Setting.DEFAULT_LOCK_DURATION, Duration.class),
                    values.get(Setting.DEFAULT_MAX_DELIVERY_COUNT, Integer.class),
                    SettingCombinations.queueSize(
                            values.get(Setting.PROFILE, Profile.class),
                            values.get(Setting.DEFAULT_QUEUE_SIZE, Long.class)),
                    Math.toIntExact(values.get(Setting.MAX_MESSAGE_SIZE, Long.class)),
                    values.get(Setting.EXPIRE_WHOLE_SESSIONS, Boolean.class),
                    values.find(Setting.CONFIG_FILE, Path.class),
                    values.find(Setting.USERS, Path.class),
                    values.find(Setting.USER, String.class),
                    SettingCombinations.password(values.all()),
                    values.find(Setting.TRACING, String.class),
                    values.get(Setting.JMX, Boolean.class));
        }
    }
}
