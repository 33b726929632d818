/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import static io.peeklock.jms.config.ConnectionFactorySettings.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.ReceiverOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Factory URLs and the builder. */
class ConnectionFactorySettingsTest {

    private static Path directory(String url) {
        return ((StoreLocation.Directory) parse(url).store()).path();
    }

    private static String complaint(@Nullable String url) {
        try {
            parse(url);
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
        throw new AssertionError(url + " was accepted");
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

        @Test
        void thatAreNoneAreRefused() {
            assertThat(complaint("peeklock:file:")).contains("needs a directory");
            assertThat(complaint("peeklock:file:?partitions=1")).contains("needs a directory");
            assertThat(complaint("peeklock:file:/a%00b")).contains("Not a path");
            assertThat(complaint("peeklock:file:/50%")).contains("%25");
            assertThat(complaint("peeklock:file:/50%zz")).contains("%25");
            assertThat(complaint("peeklock:file:/%FF")).contains("not UTF-8");
        }
    }

    @Nested
    class Mistakes {

        @ParameterizedTest
        @CsvSource({
            "partition, partitions",
            "Partitions, partitions",
            "operationTimeOut, operationTimeout",
            "trustedPackage, trustedPackages",
            "journal.filesize, journal.fileSize",
            "autocreate.partitoned, autoCreate.partitioned",
            "partition.x.directory, partition.N.directory"
        })
        void inAKeyAreAnsweredWithTheNearest(String key, String nearest) {
            assertThat(complaint("peeklock:file:x?" + key + "=1"))
                    .isEqualTo("There is no setting '" + key + "'; did you mean " + nearest + "?");
        }

        @Test
        void inAKeyNearNoneAreAnsweredWithAll() {
            assertThat(complaint("peeklock:mem:x?brokerPassword=secret"))
                    .startsWith("There is no setting 'brokerPassword'; there are autoCreate, ")
                    .doesNotContain("secret");
            assertThat(complaint("peeklock:mem:x?" + "k".repeat(5000))).hasSizeLessThan(1000);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "partitions=0 | Setting partitions cannot be '0': 1 to 256 is allowed",
                    "partitions=257 | Setting partitions cannot be '257': 1 to 256 is allowed",
                    "partitions=many | Setting partitions cannot be 'many': a whole number is needed, 1 to 256",
                    "partitions= | Setting partitions cannot be '': a whole number is needed, 1 to 256",
                    "profile=JMS | Setting profile cannot be 'JMS': jms or azure is needed",
                    "autoCreate=yes | Setting autoCreate cannot be 'yes': true or false is needed",
                    "operationTimeout=0 | Setting operationTimeout cannot be '0': 1ms to 1d is allowed",
                    "defaultLockDuration=10min | Setting defaultLockDuration cannot be '10min': 1s to 5min is allowed",
                    "linger=2d | Setting linger cannot be '2d': 0 to 1d, or factory is allowed",
                    "linger=ever | Setting linger cannot be 'ever': a duration is written with its unit, as 500ms, 30s, 5min, 2h,"
                            + " 1d or PT30S, or factory",
                    "profile=azure&defaultQueueSize=1500MB | Setting defaultQueueSize cannot be '1500MiB' with profile azure:"
                            + " 1GiB to 5GiB in steps of 1GiB is allowed",
                    "partition.1.directory= | Setting partition.1.directory needs a directory",
                    "bodyMemory=1KB | Setting bodyMemory cannot be '1KB': 1MiB to 1024TiB is allowed",
                    "bodyMemory=-1 | Setting bodyMemory cannot be '-1': a size is written as 64MiB, 256KB or 4096",
                    "bodyMemory=4096I | Setting bodyMemory cannot be '4096I': a size is written as 64MiB, 256KB or 4096",
                    "bodyMemory=2097152IB | Setting bodyMemory cannot be '2097152IB': a size is written as 64MiB, 256KB or"
                            + " 4096",
                    "journal.fileSize=2GB | Setting journal.fileSize cannot be '2GB': 256KiB to 1GiB is allowed",
                    "maxMessageSize=999999999999999999TB | Setting maxMessageSize cannot be '999999999999999999TB': 1KiB to 100MiB"
                            + " is allowed",
                    "transactionTimeout=500ms | Setting transactionTimeout cannot be '500ms': 1s to 1d, or none is allowed",
                    "transactionTimeout=2d | Setting transactionTimeout cannot be '2d': 1s to 1d, or none is allowed",
                    "transactionTimeout=long | Setting transactionTimeout cannot be 'long': a duration is written with its unit, as"
                            + " 500ms, 30s, 5min, 2h, 1d or PT30S, or none",
                    "maxTransactionMessages=0 | Setting maxTransactionMessages cannot be '0': 1 to 1000000000 is allowed",
                    "maxTransactionSize=1 | Setting maxTransactionSize cannot be '1': 1KiB to 1024TiB is allowed",
                    "maxTransactionReceived=none | Setting maxTransactionReceived cannot be 'none': a whole number is needed, 1 to"
                            + " 1000000000",
                    "clientId= | Setting clientId cannot be '': 1 to 128 characters are needed"
                })
        void inAValueNameWhatIsAllowed(String option, String complaint) {
            assertThat(complaint("peeklock:file:x?" + option)).isEqualTo(complaint);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "30",
                    "s",
                    "5 weeks",
                    "-30s",
                    "PT-30S",
                    "1e3s",
                    "99999999999999999999s",
                    "P99999999999999999D"
                })
        void inADurationAreRefused(String text) {
            assertThat(complaint("peeklock:file:x?operationTimeout=" + text))
                    .startsWith("Setting operationTimeout cannot be");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", ",", "com..acme", "com.acme,", "com.acme.*", "com acme", "1a"})
        void inTrustedPackagesAreRefused(String text) {
            assertThat(complaint("peeklock:file:x?trustedPackages=" + text))
                    .startsWith("Setting trustedPackages cannot be");
        }

        @Test
        void inTheFormOfTheUrlAreNamed() {
            assertThat(complaint("peeklock:mem:x?partitions=1&partitions=2")).contains("partitions is given twice");
            assertThat(complaint("peeklock:file:x?partition.3.directory=/a&partition.03.directory=/b"))
                    .contains("partition.3.directory is given twice");
            assertThat(complaint("peeklock:mem:x?partitions")).contains("has no value");
            assertThat(complaint("peeklock:mem:x?partitions=1&")).contains("There is no setting ''");
            assertThat(complaint("peeklock:mem:")).contains("1 to 128 characters");
            assertThat(complaint("tcp://user:secret@host:61616"))
                    .contains("peeklock:file:<directory>")
                    .contains("not with tcp:")
                    .doesNotContain("secret");
            assertThat(complaint("peeklock:tcp:x")).contains("not with peeklock:tcp:");
            assertThat(complaint("peeklock:MEM:x")).contains("not with peeklock:MEM:");
            assertThat(complaint("peeklock:/secret")).endsWith("not with peeklock:");
            assertThat(complaint(null)).contains("peeklock:file:<directory>").contains("null");
            assertThat(complaint("")).contains("peeklock:file:<directory>");
            assertThat(complaint("peeklock:ram:x")).contains("peeklock:mem:<name>");
        }

        @Test
        void atAPasswordDoNotRepeatIt() {
            String tooLong = "secret".repeat(200);
            assertThat(complaint("peeklock:mem:x?user=a&password=" + tooLong))
                    .isEqualTo("Setting password cannot be '***': 1 to 1024 characters are needed");
            assertThat(complaint("peeklock:mem:x?user=a&password=top&secret=x"))
                    .contains("%26")
                    .doesNotContain("secret");
            assertThat(complaint("peeklock:mem:x?password=secret"))
                    .isEqualTo("Setting password is for a user, and there is none");
        }

        @Test
        void ofFileKeysInMemoryAreRefused() {
            assertThat(complaint("peeklock:mem:x?journal.fileSize=1MB")).contains("is for brokers on disk");
            assertThat(complaint("peeklock:mem:x?partition.0.directory=/d")).contains("is for brokers on disk");
        }

        @Test
        @Tag("P14")
        void inTheNumberOfAPartitionAreRefused() {
            assertThat(complaint("peeklock:file:x?partitions=4&partition.4.directory=/d"))
                    .isEqualTo("Setting partition.4.directory: there are only partitions 0 to 3");
            assertThat(complaint("peeklock:file:x?partition.256.directory=/d")).contains("0 to 255");
        }

        @Test
        void inTheBuilderAreRefusedAtOnce() {
            assertThatThrownBy(() -> ConnectionFactorySettings.memory("x").partitions(1000))
                    .hasMessage("Setting partitions cannot be '1000': 1 to 256 is allowed");
            assertThatThrownBy(() -> ConnectionFactorySettings.memory("x")
                            .operationTimeout(Duration.ofSeconds(Long.MAX_VALUE - 1)))
                    .hasMessageStartingWith("Setting operationTimeout cannot be")
                    .hasMessageEndingWith("1ms to 1d is allowed");
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
