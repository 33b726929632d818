/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import static io.peeklock.jms.config.ConnectionFactorySettings.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a factory URL is said, with what is allowed, and without secrets. */
class SettingMistakesTest {

    private static String complaint(@Nullable String url) {
        try {
            parse(url);
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
        throw new AssertionError(url + " was accepted");
    }

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
            strings = {"30", "s", "5 weeks", "-30s", "PT-30S", "1e3s", "99999999999999999999s", "P99999999999999999D"})
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
        assertThatThrownBy(() ->
                        ConnectionFactorySettings.memory("x").operationTimeout(Duration.ofSeconds(Long.MAX_VALUE - 1)))
                .hasMessageStartingWith("Setting operationTimeout cannot be")
                .hasMessageEndingWith("1ms to 1d is allowed");
    }

    @Test
    void inThePathAreNamed() {
        assertThat(complaint("peeklock:file:")).contains("needs a directory");
        assertThat(complaint("peeklock:file:?partitions=1")).contains("needs a directory");
        assertThat(complaint("peeklock:file:/a%00b")).contains("Not a path");
        assertThat(complaint("peeklock:file:/50%")).contains("%25");
        assertThat(complaint("peeklock:file:/50%zz")).contains("%25");
        assertThat(complaint("peeklock:file:/%FF")).contains("not UTF-8");
    }
}
