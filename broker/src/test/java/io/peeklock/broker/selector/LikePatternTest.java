/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.runtime.Seeds;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Patterns of LIKE, Jakarta Messaging 3.8.1. */
class LikePatternTest {

    private boolean like(String text, String pattern) {
        return LikePattern.compile(pattern, '!', 0).matches(text);
    }

    @Test
    void takesEscapedCharactersAsThemselves() {
        assertThat(like("_foo%foo", "!_fo_!%f%")).isTrue();
        assertThat(like("xfoo%foo", "!_fo_!%f%")).isFalse();
        assertThat(like("a!b", "a!!b")).isTrue();
        assertThat(like("ab", "!a!b")).isTrue();
    }

    @Test
    void countsACharacterOutsideTheBasicPlaneAsOne() {
        assertThat(like("a😀b", "a_b")).isTrue();
        assertThat(like("a😀b", "a__b")).isFalse();
        assertThat(like("😀😀", "%😀")).isTrue();
    }

    @Test
    void triesEveryPlaceOfThePartAfterAPercent() {
        assertThat(like("aabaabaaab", "%aaab")).isTrue();
        assertThat(like("mississippi", "%issip%")).isTrue();
        assertThat(like("mississippi", "m%is%i_pp")).isFalse();
        assertThat(like("", "%")).isTrue();
        assertThat(like("", "%%")).isTrue();
        assertThat(like("", "_")).isFalse();
        assertThat(like("abc", "")).isFalse();
    }

    /** A table over all prefixes: slow, and nothing like what is tested. */
    private static boolean matches(int[] text, int[] pattern) {
        boolean[][] prefixes = new boolean[pattern.length + 1][text.length + 1];
        prefixes[0][0] = true;
        for (int p = 1; p <= pattern.length; p++) {
            for (int t = 0; t <= text.length; t++) {
                boolean one = t > 0 && prefixes[p - 1][t - 1];
                prefixes[p][t] = switch (pattern[p - 1]) {
                    case ANY_NUMBER -> prefixes[p - 1][t] || (t > 0 && prefixes[p][t - 1]);
                    case ANY_ONE -> one;
                    default -> one && text[t - 1] == pattern[p - 1];
                };
            }
        }
        return prefixes[pattern.length][text.length];
    }

    private static final int ANY_ONE = -1;
    private static final int ANY_NUMBER = -2;

    @Test
    void agreesWithATableOfAllPrefixes() {
        Seeds.run(20_000, seed -> {
            Random random = new Random(seed);
            int[] alphabet = {'a', 'a', 'b', '%', '_', '!', 0x1F600, 0xD800};
            int[] text = random.ints(random.nextInt(12), 0, alphabet.length)
                    .map(i -> alphabet[i])
                    .toArray();
            StringBuilder pattern = new StringBuilder();
            int[] meaning = new int[random.nextInt(8)];
            for (int i = 0; i < meaning.length; i++) {
                int kind = random.nextInt(6);
                int character = alphabet[random.nextInt(alphabet.length)];
                meaning[i] = kind == 0 ? ANY_ONE : kind <= 2 ? ANY_NUMBER : character;
                switch (meaning[i]) {
                    case ANY_ONE -> pattern.append('_');
                    case ANY_NUMBER -> pattern.append('%');
                    case '%', '_', '!' -> pattern.append('!').appendCodePoint(character);
                    default -> pattern.append(random.nextInt(4) == 0 ? "!" : "").appendCodePoint(character);
                }
            }
            String string = new String(text, 0, text.length);
            assertThat(like(string, pattern.toString()))
                    .as("'%s' like '%s'", string, pattern)
                    .isEqualTo(matches(text, meaning));
        });
    }

    @Test
    void endsOnLongTextsAndPatternsThatMakeOthersGoBack() {
        String text = "a".repeat(200_000);

        assertThat(like("a".repeat(200), "%a%a%a%a%b")).isFalse();
        assertThat(like(text, "%a%a%a%a%b")).isFalse();
        assertThat(like(text, "%a".repeat(1_000) + "%b")).isFalse();
        assertThat(like(text, "%_".repeat(1_000) + "%a")).isTrue();
    }
}
