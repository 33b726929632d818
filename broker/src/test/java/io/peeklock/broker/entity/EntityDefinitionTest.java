/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.message.MalformedContentException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Definitions as bytes.
 *
 * <p>Has no state; any thread.
 */
final class EntityDefinitionTest {

    private static final EntityDefinition DEFINITION = new EntityDefinition(
            4711,
            3,
            new QueueDescription(
                    "b\u00FCro/post",
                    false,
                    5,
                    Duration.ofSeconds(30),
                    7,
                    Duration.ofDays(2),
                    true,
                    2L << 30,
                    1 << 20,
                    false));

    /** Bytes that stores hold: a change here needs a new format that still reads the old one. */
    private static final String FORMAT_1 = "01" // format
            + "01" // queue
            + "0000000000001267" // id
            + "00000003" // version
            + "02" // dead-letter on expiry
            + "00000005" // home partition
            + "0000000000007530" // lock duration
            + "00000007" // max delivery count
            + "000000000a4cb800" // default time to live
            + "0000000080000000" // max size
            + "00100000" // max message
            + "000a" + "62c3bc726f2f706f7374"; // büro/post

    @Nested
    class GoldenBytes {

        @Test
        void areWritten() {
            assertThat(HexFormat.of().formatHex(DEFINITION.encode())).isEqualTo(FORMAT_1);
        }

        @Test
        void areRead() {
            assertThat(EntityDefinition.decode(ByteBuffer.wrap(HexFormat.of().parseHex(FORMAT_1))))
                    .isEqualTo(DEFINITION);
        }

        @Test
        void ofAPartitionedQueueWithDefaultsAreRead() {
            EntityDefinition definition = new EntityDefinition(
                    Long.MAX_VALUE,
                    Integer.MAX_VALUE,
                    QueueDescription.builder("q").partitioned(true).build());

            assertThat(EntityDefinition.decode(
                            ByteBuffer.wrap(definition.encode()).asReadOnlyBuffer()))
                    .isEqualTo(definition);
        }

        @Test
        void areThoseOfTheRecord() {
            ByteBuffer out = ByteBuffer.allocate(DEFINITION.toRecord().encodedBytes());
            DEFINITION.toRecord().encodeTo(out);

            assertThat(HexFormat.of().formatHex(out.array())).isEqualTo(FORMAT_1);
        }
    }

    @Nested
    class Decoding {

        @ParameterizedTest
        @ValueSource(strings = {"", "01", "0101", "0201", "0104"})
        void ofSomethingElseIsRefused(String hex) {
            refuses(HexFormat.of().parseHex(hex));
        }

        @Test
        void ofANewerFormatSaysSo() {
            byte[] bytes = DEFINITION.encode();
            bytes[0] = 2;

            assertThatThrownBy(() -> EntityDefinition.decode(ByteBuffer.wrap(bytes)))
                    .hasMessageContaining("format 2")
                    .hasMessageContaining("newer");
        }

        @Test
        void ofSettingsThatBreakARuleIsRefused() {
            byte[] bytes = DEFINITION.encode();
            bytes[bytes.length - 1] = '/';

            assertThatThrownBy(() -> EntityDefinition.decode(ByteBuffer.wrap(bytes)))
                    .isInstanceOf(MalformedContentException.class)
                    .hasMessageContaining("ends with '/'");
        }

        @Test
        void ofDamagedBytesFailsInNoOtherWay() {
            long seed = System.nanoTime();
            System.out.println("EntityDefinitionTest: seed " + seed);
            Random random = new Random(seed);
            for (int i = 0; i < 5_000; i++) {
                byte[] bytes = DEFINITION.encode();
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                try {
                    EntityDefinition.decode(ByteBuffer.wrap(bytes, 0, bytes.length - random.nextInt(2)));
                } catch (MalformedContentException e) {
                    assertThat(e.getMessage()).as("seed %d", seed).isNotEmpty();
                }
            }
        }

        private void refuses(byte[] bytes) {
            assertThatThrownBy(() -> EntityDefinition.decode(ByteBuffer.wrap(bytes)))
                    .isInstanceOf(MalformedContentException.class);
        }
    }
}
