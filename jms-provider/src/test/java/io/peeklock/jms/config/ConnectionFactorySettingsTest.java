/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import static io.peeklock.jms.config.ConnectionFactorySettings.parse;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.ReceiverOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Factory URLs and the builder. */
class ConnectionFactorySettingsTest {

    private static Path directory(String url) {
        return ((StoreLocation.Directory) parse(url).store()).path();
    }

    @Nested
    class Defaults {

        @Test
        void ofADirectory() {
            ConnectionFactorySettings settings = parse("peeklock:file:/var/lib/bus");
            NamespaceConfig namespace = NamespaceConfig.defaults();

            assertThat(settings.store()).isEqualTo(new StoreLocation.Directory(Path.of("/var/lib/bus")));
            assertThat(settings.partitions()).isZero();
            assertThat(settings.namespace()).isEqualTo(namespace);
            assertThat(settings.linger()).isEqualTo(Duration.ofSeconds(30));
            assertThat(settings.lockRenewal()).isEqualTo(Duration.ofMinutes(5));
            assertThat(settings.journalFileSizeBytes()).isEqualTo(10 << 20);
            assertThat(settings.journalMarkInterval()).isEqualTo(Duration.ofMillis(250));
            assertThat(settings.defaultLockDuration()).isEqualTo(Duration.ofSeconds(60));
            assertThat(settings.defaultMaxDeliveryCount()).isEqualTo(10);
            assertThat(settings.maxMessageSizeBytes()).isEqualTo(256 << 10);
            assertThat(settings.trustedPackages()).isEmpty();
            assertThat(settings.clientId()).isNull();
            assertThat(settings)
                    .isEqualTo(ConnectionFactorySettings.file(Path.of("/var/lib/bus"))
                            .build());
        }

        @Test
        void ofMemoryLastAsLongAsTheFactory() {
            ConnectionFactorySettings settings = parse("peeklock:mem:orders");

            assertThat(settings.store()).isEqualTo(new StoreLocation.Memory("orders"));
            assertThat(settings.linger()).isEqualTo(ConnectionFactorySettings.UNTIL_FACTORY_CLOSED);
        }
    }

    @Nested
    class Values {

        @Test
        @Tag("P14")
        void ofEveryKeyAreRead() {
            ConnectionFactorySettings settings = parse(
                    "peeklock:file:bus?partitions=4&profile=azure&operationTimeout=5s"
                            + "&autoCreate=false&autoCreate.partitioned=true&linger=0&bodyMemory=8MiB&indexMemory=16MB"
                            + "&journal.fileSize=1GiB&journal.markInterval=1s&partition.3.directory=/mnt/d%203"
                            + "&trustedPackages=com.acme,org.x.Order&clientId=a%26b&lockRenewal=session&maxUnacknowledged=100"
                            + "&transactionTimeout=90s&maxTransactionMessages=7&maxTransactionSize=2MB&maxTransactionReceived=9"
                            + "&crossPartition=true"
                            + "&defaultLockDuration=PT1M30S"
                            + "&defaultMaxDeliveryCount=3&defaultQueueSize=2GB&maxMessageSize=1MB&expireWholeSessions=true");

            assertThat(settings)
                    .isEqualTo(ConnectionFactorySettings.file(Path.of("bus"))
                            .partitions(4)
                            .profile(Profile.AZURE)
                            .operationTimeout(Duration.ofSeconds(5))
                            .autoCreate(false)
                            .autoCreatePartitioned(true)
                            .linger(Duration.ZERO)
                            .bodyMemory(8L << 20)
                            .indexMemory(16L << 20)
                            .journalFileSize(1L << 30)
                            .journalMarkInterval(Duration.ofSeconds(1))
                            .partitionDirectory(3, Path.of("/mnt/d 3"))
                            .trustedPackages(List.of("com.acme", "org.x.Order"))
                            .clientId("a&b")
                            .lockRenewal(ReceiverOptions.FOREVER)
                            .maxUnacknowledged(100)
                            .transactionTimeout(Duration.ofSeconds(90))
                            .maxTransactionMessages(7)
                            .maxTransactionSize(2L << 20)
                            .maxTransactionReceived(9)
                            .crossPartition(true)
                            .defaultLockDuration(Duration.ofSeconds(90))
                            .defaultMaxDeliveryCount(3)
                            .defaultQueueSize(2L << 30)
                            .maxMessageSize(1L << 20)
                            .expireWholeSessions(true)
                            .build());
            assertThat(settings.partitionDirectories()).isEqualTo(Map.of(3, Path.of("/mnt/d 3")));
            assertThat(parse(settings.toUrl())).isEqualTo(settings);
            assertThat(settings.namespace())
                    .isEqualTo(new NamespaceConfig(
                            Profile.AZURE, Duration.ofSeconds(5), false, true, 8L << 20, 16L << 20, true));
        }

        @ParameterizedTest
        @CsvSource({
            "500ms, 500",
            "30s, 30000",
            "2min, 120000",
            "2m, 120000",
            "1h, 3600000",
            "1d, 86400000",
            "PT30S, 30000",
            "30 s, 30000",
            "PT0.5S, 500"
        })
        void ofDurationsHaveUnits(String text, long ms) {
            assertThat(parse("peeklock:mem:x?operationTimeout=" + text).operationTimeout())
                    .isEqualTo(Duration.ofMillis(ms));
        }

        @ParameterizedTest
        @CsvSource({
            "1048576, 20",
            "1048576B, 20",
            "1024KB, 20",
            "1024KiB, 20",
            "1mib, 20",
            "1M, 20",
            "1GB, 30",
            "1TiB, 40"
        })
        void ofSizesAreBinary(String text, int power) {
            assertThat(parse("peeklock:mem:x?bodyMemory=" + text).bodyMemoryBytes())
                    .isEqualTo(1L << power);
        }

        @Test
        void aPasswordIsInTheSecretUrlOnly() {
            ConnectionFactorySettings settings = ConnectionFactorySettings.memory("x")
                    .user("alice")
                    .password("a&b %")
                    .build();

            assertThat(parse(settings.toSecretUrl())).isEqualTo(settings);
            assertThat(settings.toUrl()).isEqualTo("peeklock:mem:x?user=alice");
            assertThat(settings.toString()).contains("***").doesNotContain("a&b");
            assertThat(settings.conflict(parse("peeklock:mem:x?user=bob"))).isEmpty();
        }

        @Test
        void areTakenOutOneByOne() {
            String file = "peeklock:file:bus?linger=0&partition.3.directory=/mnt/d&user=me&password=x";
            assertThat(parse(file + "&clientId=a").without(Setting.CLIENT_ID)).isEqualTo(parse(file));
            assertThat(parse("peeklock:mem:x?lockRenewal=session").without(Setting.LOCK_RENEWAL))
                    .isEqualTo(parse("peeklock:mem:x"));
        }

        @Test
        void areWordsWhereThereAreSome() {
            assertThat(parse("peeklock:mem:x?lockRenewal=none").lockRenewal()).isZero();
            assertThat(parse("peeklock:mem:x?transactionTimeout=none")
                            .transactions()
                            .timeout())
                    .isZero();
            assertThat(parse("peeklock:file:x?linger=factory").linger())
                    .isEqualTo(ConnectionFactorySettings.UNTIL_FACTORY_CLOSED);
        }
    }

    @Nested
    class Paths {

        @Test
        void mayBeAbsoluteRelativeOrEncoded() {
            assertThat(directory("peeklock:file:bus/one")).isEqualTo(Path.of("bus/one"));
            assertThat(directory("peeklock:file:///var/lib/bus")).isEqualTo(Path.of("/var/lib/bus"));
            assertThat(directory("peeklock:file:/my%20bus/gr%C3%B6%C3%9Fe%3F?partitions=1"))
                    .isEqualTo(Path.of("/my bus/größe?"));
            assertThat(directory("peeklock:file:/größe+1")).isEqualTo(Path.of("/größe+1"));
        }

        @Test
        void ofWindowsAreNotTouched() {
            assertThat(directory("peeklock:file:C:\\bus\\one?partitions=1")).isEqualTo(Path.of("C:\\bus\\one"));
            assertThat(directory("peeklock:file:C:/bus")).isEqualTo(Path.of("C:/bus"));
        }

        @Test
        void surviveTheirUrl() {
            for (String path : new String[] {"/a b", "/50%", "/q?x=1&y", "C:\\bus", "größe", "/a#b;c"}) {
                ConnectionFactorySettings settings =
                        ConnectionFactorySettings.file(Path.of(path)).build();
                assertThat(parse(settings.toUrl())).isEqualTo(settings);
            }
        }
    }

    @Nested
    class Conflicts {

        @Test
        void areSettingsOfTheBrokerThatDiffer() {
            ConnectionFactorySettings opened = parse("peeklock:mem:x?partitions=4&linger=1s&clientId=a");

            assertThat(parse("peeklock:mem:x?clientId=b&operationTimeout=1s").conflict(opened))
                    .isEmpty();
            assertThat(parse("peeklock:mem:x?partitions=4").conflict(opened)).isEmpty();
            assertThat(parse("peeklock:mem:x?partitions=8").conflict(opened))
                    .contains("partitions is 8 here, but the broker was opened with 4");
            assertThat(parse("peeklock:mem:x?autoCreate=false").conflict(opened))
                    .contains("autoCreate is false here, but the broker was opened with true");
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingIsDescribed(Setting setting) {
        assertThat(setting.description()).endsWith(".");
        assertThat(setting.range()).isNotBlank();
        assertThat(setting.defaultText()).isNotBlank();
    }
}
