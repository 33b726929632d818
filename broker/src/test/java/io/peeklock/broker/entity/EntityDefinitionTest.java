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
                    false,
                    EntityOptions.NONE));

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

    private static void damage(EntityDefinition definition) {
        long seed = System.nanoTime();
        System.out.println("EntityDefinitionTest: seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = definition.encode();
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

    /** Kinds 2 and 3: a topic, and a subscription of it with everything that one can have. */
    @Nested
    class GoldenBytesOfTopics {

        private final EntityDefinition topic = new EntityDefinition(
                258,
                1,
                new TopicDescription(
                        "t", true, 0, Duration.ofSeconds(1), 2L << 30, 1 << 20, false, EntityOptions.NONE));
        private final EntityDefinition subscription = new EntityDefinition(
                259,
                2,
                new SubscriptionDescription(
                        "t",
                        "\u00FC",
                        Duration.ofSeconds(30),
                        7,
                        Duration.ofDays(2),
                        true,
                        new SubscriptionFilter("a = '\uD83D'", "c", "me"),
                        true,
                        false,
                        EntityOptions.NONE),
                topic);

        private static final String TOPIC = "01" // format
                + "02" // topic
                + "0000000000000102" // id
                + "00000001" // version
                + "01" // partitioned
                + "00000000" // home partition
                + "00000000000003e8" // default time to live
                + "0000000080000000" // max size
                + "00100000" // max message
                + "0001" + "74"; // t

        private static final String SUBSCRIPTION = "01" // format
                + "03" // subscription
                + "0000000000000103" // id
                + "00000002" // version
                + "3f" // all flags
                + "00000000" // home partition
                + "0000000000000102" // topic
                + "0000000000007530" // lock duration
                + "00000007" // max delivery count
                + "000000000a4cb800" // default time to live
                + "0001" + "74" // t
                + "0002" + "c3bc" // \u00FC
                + "00000009" + "61203d2027" + "eda0bd" + "27" // the selector, with half a character
                + "00000001" + "63" // c
                + "00000002" + "6d65"; // me

        @Test
        void areWritten() {
            assertThat(HexFormat.of().formatHex(topic.encode())).isEqualTo(TOPIC);
            assertThat(HexFormat.of().formatHex(subscription.encode())).isEqualTo(SUBSCRIPTION);
        }

        @Test
        void areRead() {
            assertThat(EntityDefinition.decode(ByteBuffer.wrap(HexFormat.of().parseHex(TOPIC))))
                    .isEqualTo(topic);
            assertThat(EntityDefinition.decode(ByteBuffer.wrap(HexFormat.of().parseHex(SUBSCRIPTION))))
                    .isEqualTo(subscription);
        }

        @Test
        void ofASubscriptionWithDefaultsAreRead() {
            EntityDefinition home = new EntityDefinition(
                    1, 1, TopicDescription.builder("t").homePartition(3).build());
            EntityDefinition plain = new EntityDefinition(2, 1, SubscriptionDescription.of("t", "s"), home);

            assertThat(plain.homePartition()).isEqualTo(3);
            assertThat(EntityDefinition.decode(ByteBuffer.wrap(plain.encode()))).isEqualTo(plain);
        }

        @Test
        void ofSomethingTemporaryAreNeverWritten() {
            EntityDefinition passing = new EntityDefinition(
                    -1, 1, QueueDescription.builder("q").temporary(true).build());

            assertThatThrownBy(passing::encode).hasMessageContaining("is temporary");
        }

        @Test
        void thatAreDamagedFailInNoOtherWay() {
            damage(topic);
            damage(subscription);
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
            bytes[0] = 3;

            assertThatThrownBy(() -> EntityDefinition.decode(ByteBuffer.wrap(bytes)))
                    .hasMessageContaining("format 3")
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
            damage(DEFINITION);
        }

        private void refuses(byte[] bytes) {
            assertThatThrownBy(() -> EntityDefinition.decode(ByteBuffer.wrap(bytes)))
                    .isInstanceOf(MalformedContentException.class);
        }
    }
}
