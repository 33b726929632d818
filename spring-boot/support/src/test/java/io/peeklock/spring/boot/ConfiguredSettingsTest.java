/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.jms.config.ConnectionFactorySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;

/** How properties become the settings of a factory, and what is said of those that are wrong. */
final class ConfiguredSettingsTest {

    @Test
    void eachPropertyIsItsSetting() {
        ConnectionFactorySettings settings = settings(Map.ofEntries(
                Map.entry("peeklock.directory", "/var/lib/bus & more"),
                Map.entry("peeklock.user", "shop"),
                Map.entry("peeklock.password", "a&b=c+d%"),
                Map.entry("peeklock.config-file", "/etc/entities.json"),
                Map.entry("peeklock.users-file", "/etc/users"),
                Map.entry("peeklock.partitions", "8"),
                Map.entry("peeklock.profile", "azure"),
                Map.entry("peeklock.auto-create", "false"),
                Map.entry("peeklock.auto-create-partitioned", "true"),
                Map.entry("peeklock.default-lock-duration", "2m"),
                Map.entry("peeklock.default-max-delivery-count", "5"),
                Map.entry("peeklock.default-queue-size", "2GB"),
                Map.entry("peeklock.max-message-size", "1MB"),
                Map.entry("peeklock.client-id", "me"),
                Map.entry("peeklock.operation-timeout", "10s"),
                Map.entry("peeklock.lock-renewal", "7m"),
                Map.entry("peeklock.max-unacknowledged", "11"),
                Map.entry("peeklock.transaction-timeout", "none"),
                Map.entry("peeklock.cross-partition", "true"),
                Map.entry("peeklock.trusted-packages", "com.example, org.example")));
        assertThat(settings)
                .isEqualTo(ConnectionFactorySettings.file(Path.of("/var/lib/bus & more"))
                        .user("shop")
                        .password("a&b=c+d%")
                        .configFile(Path.of("/etc/entities.json"))
                        .users(Path.of("/etc/users"))
                        .partitions(8)
                        .profile(Profile.AZURE)
                        .autoCreate(false)
                        .autoCreatePartitioned(true)
                        .defaultLockDuration(Duration.ofMinutes(2))
                        .defaultMaxDeliveryCount(5)
                        .defaultQueueSize(2L << 30)
                        .maxMessageSize(1 << 20)
                        .clientId("me")
                        .operationTimeout(Duration.ofSeconds(10))
                        .lockRenewal(Duration.ofMinutes(7))
                        .maxUnacknowledged(11)
                        .transactionTimeout(Duration.ZERO)
                        .crossPartition(true)
                        .trustedPackages(List.of("com.example", "org.example"))
                        .build());
    }

    @Test
    void aUrlMayHaveOptionsOfItsOwnBesideTheProperties() {
        assertThat(settings(Map.of("peeklock.url", "peeklock:mem:a?partitions=3", "peeklock.auto-create", "false")))
                .isEqualTo(ConnectionFactorySettings.parse("peeklock:mem:a?partitions=3&autoCreate=false"));
        assertThat(settings(Map.of("peeklock.url", "peeklock:mem:a?", "peeklock.auto-create", "false")))
                .isEqualTo(ConnectionFactorySettings.parse("peeklock:mem:a?autoCreate=false"));
    }

    @Test
    void otherOptionsAreFoundInAnySpelling() {
        assertThat(settings(Map.of(
                        "peeklock.url", "peeklock:file:a",
                        "peeklock.options.bodyMemory", "5MB",
                        "peeklock.options.expire-whole-sessions", "true",
                        "peeklock.options.journal.filesize", "1MB",
                        "peeklock.options.journal.markInterval", "1s",
                        "peeklock.options.linger", "factory",
                        "peeklock.options.partition.3.directory", "b")))
                .isEqualTo(ConnectionFactorySettings.parse("peeklock:file:a?bodyMemory=5MB&expireWholeSessions=true"
                        + "&journal.fileSize=1MB&journal.markInterval=1s&linger=factory&partition.3.directory=b"));
    }

    @Test
    void whatIsWrongIsSaidOfItsProperty() {
        assertWrong(Map.of("peeklock.url", "tcp://host"), "peeklock.url", "begins with peeklock:file:");
        assertWrong(Map.of("peeklock.partitions", "1000"), "peeklock.partitions", "1 to 256");
        assertWrong(Map.of("peeklock.lock-renewal", "soon"), "peeklock.lock-renewal", "5min");
        assertWrong(Map.of("peeklock.max-message-size", "1B"), "peeklock.max-message-size", "1KiB");
        assertWrong(
                Map.of("peeklock.options.bodyMemry", "1MB"), "peeklock.options.bodyMemry", "did you mean bodyMemory");
        assertWrong(
                Map.of("peeklock.url", "peeklock:mem:a", "peeklock.options.journal.fileSize", "1MB"),
                "peeklock.options.journal.fileSize",
                "for brokers on disk");
        assertWrong(
                Map.of("peeklock.url", "peeklock:mem:a?partitions=3", "peeklock.partitions", "3"),
                "peeklock.*",
                "partitions is given twice");
    }

    @Test
    void aPasswordWithoutAUserIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> settings(Map.of("peeklock.password", "hush")))
                .isInstanceOf(InvalidPeeklockPropertyException.class)
                .hasMessageContaining("user")
                .hasMessageNotContaining("hush");
    }

    @Test
    void theStoreIsNamedOnce() {
        assertThatThrownBy(() -> settings(Map.of("peeklock.url", "peeklock:mem:a", "peeklock.directory", "b")))
                .isInstanceOf(MutuallyExclusiveConfigurationPropertiesException.class);
    }

    @Test
    void noSecretIsShown() {
        assertThat(properties(Map.of("peeklock.user", "me", "peeklock.password", "hush")))
                .asString()
                .doesNotContain("hush");
    }

    private static void assertWrong(Map<String, String> values, String property, String problem) {
        assertThatThrownBy(() -> settings(values)).isInstanceOfSatisfying(InvalidPeeklockPropertyException.class, e -> {
            assertThat(e.getProperty()).isEqualTo(property);
            assertThat(e.getProblem()).contains(problem);
        });
    }

    private static PeeklockProperties properties(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(new HashMap<>(values)))
                .bindOrCreate("peeklock", PeeklockProperties.class);
    }

    private static ConnectionFactorySettings settings(Map<String, String> values) {
        PeeklockProperties properties = properties(values);
        return ConfiguredSettings.of(properties, new PropertiesConnectionDetails(properties));
    }
}
