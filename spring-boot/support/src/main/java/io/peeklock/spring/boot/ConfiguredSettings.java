/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.jms.config.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ResourceUtils;
import org.springframework.util.unit.DataSize;

/**
 * Makes the settings of a connection factory from the properties: what is set is put behind the URL as its options, so that
 * names, values and their ranges are those of the URL, and what is wrong is said of the property.
 *
 * <p>Used by one thread, once.
 */
final class ConfiguredSettings {

    private static final Pattern PARTITION_DIRECTORY = Pattern.compile("partition(\\d+)directory");

    private final String url;
    private final List<Option> options = new ArrayList<>();

    /**
     * One option of the URL.
     *
     * @param property who has set it
     */
    private record Option(String key, String property, String value) {
        String text() {
            return key + "=" + PropertiesConnectionDetails.encode(value);
        }
    }

    private ConfiguredSettings(String url) {
        this.url = url;
    }

    /**
     * @param details which broker, and as whom
     * @throws InvalidPeeklockPropertyException saying which property is wrong, and what is allowed
     */
    static ConnectionFactorySettings of(PeeklockProperties properties, PeeklockConnectionDetails details) {
        boolean own = details instanceof PropertiesConnectionDetails;
        String source = own ? "peeklock.url" : details.getClass().getName();
        ConfiguredSettings configured = new ConfiguredSettings(details.getUrl());
        configured.parse(details.getUrl(), source);
        configured.collect(properties);
        if (!own && details.getUrl().startsWith("peeklock:mem:")) {
            // A test, for example, has put a broker in memory in the place of the application's store.
            configured.options.removeIf(option -> isForDisk(option.key));
        }
        configured.options.forEach(
                option -> configured.parse(configured.location() + "?" + option.text(), option.property));
        configured.put(Setting.USER, "peeklock.user", details.getUser());
        configured.put(Setting.PASSWORD, "peeklock.password", details.getPassword());
        return configured.parse(configured.whole(), "peeklock.*");
    }

    private void collect(PeeklockProperties from) {
        put(Setting.PARTITIONS, "peeklock.partitions", from.partitions());
        put(Setting.PROFILE, "peeklock.profile", from.profile() == null ? null : lower(from.profile()));
        put(Setting.AUTO_CREATE, "peeklock.auto-create", from.autoCreate());
        put(Setting.AUTO_CREATE_PARTITIONED, "peeklock.auto-create-partitioned", from.autoCreatePartitioned());
        put(Setting.DEFAULT_LOCK_DURATION, "peeklock.default-lock-duration", from.defaultLockDuration());
        put(Setting.DEFAULT_MAX_DELIVERY_COUNT, "peeklock.default-max-delivery-count", from.defaultMaxDeliveryCount());
        put(Setting.DEFAULT_QUEUE_SIZE, "peeklock.default-queue-size", bytes(from.defaultQueueSize()));
        put(Setting.MAX_MESSAGE_SIZE, "peeklock.max-message-size", bytes(from.maxMessageSize()));
        put(Setting.CLIENT_ID, "peeklock.client-id", from.clientId());
        put(Setting.OPERATION_TIMEOUT, "peeklock.operation-timeout", from.operationTimeout());
        put(Setting.LOCK_RENEWAL, "peeklock.lock-renewal", from.lockRenewal());
        put(Setting.MAX_UNACKNOWLEDGED, "peeklock.max-unacknowledged", from.maxUnacknowledged());
        put(Setting.TRANSACTION_TIMEOUT, "peeklock.transaction-timeout", from.transactionTimeout());
        put(Setting.CROSS_PARTITION, "peeklock.cross-partition", from.crossPartition());
        put(Setting.USERS, "peeklock.users-file", from.usersFile());
        if (from.trustedPackages() != null) {
            put(Setting.TRUSTED_PACKAGES, "peeklock.trusted-packages", String.join(",", from.trustedPackages()));
        }
        if (from.configFile() != null && !isResource(from.configFile())) {
            put(Setting.CONFIG_FILE, "peeklock.config-file", from.configFile());
        }
        from.options().forEach((name, value) -> options.add(new Option(key(name), "peeklock.options." + name, value)));
    }

    /** Whether a file of entities is a resource of the class path, which is not the URL's to name. */
    static boolean isResource(String location) {
        return location.startsWith(ResourceUtils.CLASSPATH_URL_PREFIX);
    }

    private void put(Setting setting, String property, @Nullable Object value) {
        if (value != null) {
            options.add(new Option(setting.key(), property, value.toString()));
        }
    }

    private static @Nullable Long bytes(@Nullable DataSize size) {
        return size == null ? null : size.toBytes();
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** The option's name in the URL, however the property spells it; an unknown one as it is. */
    private static String key(String name) {
        String letters = letters(name);
        Matcher directory = PARTITION_DIRECTORY.matcher(letters);
        if (directory.matches()) {
            return "partition." + directory.group(1) + ".directory";
        }
        return Arrays.stream(Setting.values())
                .map(Setting::key)
                .filter(key -> letters(key).equals(letters))
                .findFirst()
                .orElse(name);
    }

    /** What is left of a name in any spelling that Spring Boot takes for the same, from environment variables for example. */
    private static String letters(String name) {
        return name.replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT);
    }

    private static boolean isForDisk(String key) {
        return PARTITION_DIRECTORY.matcher(letters(key)).matches()
                || Arrays.stream(Setting.values())
                        .anyMatch(setting -> setting.scope() == Setting.Scope.FILE_STORE
                                && setting.key().equals(key));
    }

    private String location() {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }

    private String whole() {
        String text = options.stream().map(Option::text).collect(Collectors.joining("&"));
        if (text.isEmpty() || url.endsWith("?")) {
            return url + text;
        }
        return url + (url.indexOf('?') < 0 ? "?" : "&") + text;
    }

    private ConnectionFactorySettings parse(String text, String property) {
        try {
            return ConnectionFactorySettings.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidPeeklockPropertyException(property, Objects.requireNonNull(e.getMessage()));
        }
    }
}
