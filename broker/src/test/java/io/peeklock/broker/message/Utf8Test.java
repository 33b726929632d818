/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Texts as bytes: UTF-8 where there is one, and nothing lost where there is none.
 *
 * <p>Has no state; any thread.
 */
final class Utf8Test {

    private static final String HALF_PAIRS = "a\uD83Db\uDE00\uDE00\uD83D";

    private static byte[] encoded(String text) {
        byte[] bytes = new byte[Utf8.length(text) + 2];
        int end = Utf8.encode(text, bytes, 1);
        assertThat(end).isEqualTo(bytes.length - 1);
        byte[] exact = new byte[end - 1];
        System.arraycopy(bytes, 1, exact, 0, exact.length);
        return exact;
    }

    @Nested
    class Encoding {

        @ParameterizedTest
        @ValueSource(strings = {"", "plain", "\u0000\u007F", "\u0080\u07FF", "\u0800\uFFFD\uFFFF", "x\uD83D\uDE00y"})
        void isThatOfJava(String text) {
            assertThat(encoded(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        }

        @Test
        void keepsHalfASurrogatePair() {
            assertThat(HexFormat.of().formatHex(encoded("\uD83D"))).isEqualTo("eda0bd");
        }
    }

    @Nested
    class Decoding {

        @ParameterizedTest
        @ValueSource(strings = {"", "plain", "\u0000\u007F", "\u0080\u07FF", "\uFFFD", "x\uD83D\uDE00y", HALF_PAIRS})
        void givesBackWhatWasEncoded(String text) {
            byte[] bytes = encoded(text);

            assertThat(Utf8.decode(bytes, 0, bytes.length)).isEqualTo(text);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"80", "61c3", "c328", "e28228", "c080", "e08080", "f0808080", "f5808080", "f4908080", "ff"})
        void ofWhatIsNotUtf8Fails(String hex) {
            byte[] bytes = HexFormat.of().parseHex(hex);

            assertThatThrownBy(() -> Utf8.decode(bytes, 0, bytes.length))
                    .isInstanceOf(MalformedContentException.class)
                    .hasMessageContaining("not UTF-8 at its byte");
        }
    }

    @Nested
    class Matching {

        @ParameterizedTest
        @ValueSource(strings = {"", "plain", "stra\u00DFe", "x\uD83D\uDE00y", HALF_PAIRS})
        void isTrueForTheSameText(String text) {
            byte[] bytes = encoded(text);

            assertThat(Utf8.matches(text, bytes, 0, bytes.length)).isTrue();
        }

        @Test
        void isFalseForOthers() {
            byte[] bytes = encoded("stra\u00DFe");

            assertThat(Utf8.matches("stra", bytes, 0, bytes.length)).isFalse();
            assertThat(Utf8.matches("stra\u00DFen", bytes, 0, bytes.length)).isFalse();
            assertThat(Utf8.matches("strasse", bytes, 0, bytes.length)).isFalse();
            assertThat(Utf8.matches("stra\u00DF", bytes, 0, bytes.length)).isFalse();
            assertThat(Utf8.matches("abc", encoded("abcd"), 0, 4)).isFalse();
        }
    }
}
