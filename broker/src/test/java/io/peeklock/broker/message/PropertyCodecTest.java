/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Property values, maps and lists as bytes.
 *
 * <p>Has no state; any thread.
 */
final class PropertyCodecTest {

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** Bytes that stores hold. */
    static Stream<Arguments> goldenValues() {
        return Stream.of(
                Arguments.of(null, "00"),
                Arguments.of(false, "0100"),
                Arguments.of(true, "0101"),
                Arguments.of((byte) -2, "10fe"),
                Arguments.of((short) -2, "11fffe"),
                Arguments.of(Integer.MIN_VALUE, "1280000000"),
                Arguments.of(Long.MAX_VALUE, "137fffffffffffffff"),
                Arguments.of(1.5f, "203fc00000"),
                Arguments.of(Double.NaN, "217ff8000000000000"),
                Arguments.of('\uD83D', "30d83d"),
                Arguments.of(Instant.ofEpochMilli(-1), "31ffffffffffffffff"),
                Arguments.of(
                        UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"), "3200112233445566778899aabbccddeeff"),
                Arguments.of("", "4000"),
                Arguments.of("caf\u00E9", "4005636166c3a9"),
                Arguments.of(new byte[] {1, -1}, "410201ff"));
    }

    @Nested
    class OfAValue {

        @ParameterizedTest
        @MethodSource("io.peeklock.broker.message.PropertyCodecTest#goldenValues")
        void writesItsGoldenBytes(@Nullable Object value, String hex) {
            assertThat(hex(PropertyCodec.encode(value))).isEqualTo(hex);
        }

        @ParameterizedTest
        @MethodSource("io.peeklock.broker.message.PropertyCodecTest#goldenValues")
        void readsItsGoldenBytes(@Nullable Object value, String hex) {
            assertThat(PropertyCodec.decode(bytes(hex))).isEqualTo(value);
        }

        @Test
        void keepsTextsWhoseLengthTakesSeveralBytes() {
            for (int length : new int[] {42, 43, 127, 128, 16_383, 16_384, 2_097_152}) {
                for (String character : List.of("x", "\u20AC")) {
                    String text = character.repeat(length);
                    assertThat(PropertyCodec.decode(ByteBuffer.wrap(PropertyCodec.encode(text))))
                            .isEqualTo(text);
                }
            }
        }

        @Test
        void keepsTimestampsToTheMillisecond() {
            Instant exact = Instant.parse("2026-01-02T03:04:05.123456789Z");

            assertThat(PropertyCodec.decode(ByteBuffer.wrap(PropertyCodec.encode(exact))))
                    .isEqualTo(Instant.parse("2026-01-02T03:04:05.123Z"));
        }

        @Test
        void refusesATimestampThatIsTooFarAway() {
            assertThatThrownBy(() -> PropertyCodec.encode(Instant.MAX))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.InvalidOperation));
        }

        @Test
        void refusesAnotherClassWithoutShowingTheValue() {
            assertThat(PropertyCodec.isSupported(BigDecimal.TEN)).isFalse();
            assertThatThrownBy(() -> PropertyCodec.encode(new BigDecimal("47.11")))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.InvalidOperation))
                    .hasMessageContaining("java.math.BigDecimal")
                    .hasMessageNotContaining("47");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "", // nothing
                    "02", // unknown type
                    "f0", // unknown type
                    "0102", // a boolean of 2
                    "12000000", // an int cut short
                    "1200000000ff", // a byte too many
                    "4005616263", // a text longer than the bytes
                    "40ffffffff07", // a text of 2 GB
                    "40ffffffffff0f", // a length that is not one
                    "4001ff", // not UTF-8
                    "41ffffffff07" // bytes of 2 GB
                })
        void refusesToReadSomethingElse(String hex) {
            assertThatThrownBy(() -> PropertyCodec.decode(bytes(hex))).isInstanceOf(MalformedContentException.class);
        }
    }

    @Nested
    class OfAMap {

        private final Map<String, @Nullable Object> map = new LinkedHashMap<>();

        OfAMap() {
            map.put("b", 1);
            map.put("a", null);
            map.put("stra\u00DFe", "x");
        }

        private static final String GOLDEN =
                "03" + "0162" + "1200000001" + "0161" + "00" + "0773747261c39f65" + "400178";

        @Test
        void writesItsGoldenBytes() {
            assertThat(hex(PropertyCodec.encodeMap(map))).isEqualTo(GOLDEN);
        }

        @Test
        void keepsTheOrderAndNulls() {
            assertThat(PropertyCodec.decodeMap(ByteBuffer.wrap(PropertyCodec.encodeMap(map))))
                    .containsExactlyEntriesOf(map);
        }

        @Test
        void ofNothingIsOneByte() {
            assertThat(hex(PropertyCodec.encodeMap(Map.of()))).isEqualTo("00");
            assertThat(PropertyCodec.decodeMap(bytes("00"))).isEmpty();
        }

        @Test
        void namesTheEntryThatCannotBeWritten() {
            assertThatThrownBy(() -> PropertyCodec.encodeMap(Map.of("price", BigDecimal.ONE)))
                    .hasMessageContaining("'price'");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "01", "0100", "ffffffff07", "ffffffff0700000000", "0001"})
        void refusesToReadSomethingElse(String hex) {
            assertThatThrownBy(() -> PropertyCodec.decodeMap(bytes(hex))).isInstanceOf(MalformedContentException.class);
        }
    }

    @Nested
    class OfAList {

        private final List<@Nullable Object> list = Arrays.asList("a", null, 7L, new byte[0]);

        @Test
        void writesItsGoldenBytes() {
            assertThat(hex(PropertyCodec.encodeList(list)))
                    .isEqualTo("04" + "400161" + "00" + "130000000000000007" + "4100");
        }

        @Test
        void givesBackWhatWasEncoded() {
            assertThat(PropertyCodec.decodeList(ByteBuffer.wrap(PropertyCodec.encodeList(list))))
                    .usingRecursiveComparison()
                    .isEqualTo(list);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "01", "ffffffff07", "ffffffff0700000000", "0100ff"})
        void refusesToReadSomethingElse(String hex) {
            assertThatThrownBy(() -> PropertyCodec.decodeList(bytes(hex)))
                    .isInstanceOf(MalformedContentException.class);
        }
    }
}
