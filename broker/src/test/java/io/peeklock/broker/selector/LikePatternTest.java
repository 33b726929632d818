/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;

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

    @Test
    void endsOnLongTextsAndPatternsThatMakeOthersGoBack() {
        String text = "a".repeat(200_000);

        assertThat(like(text, "%a%a%a%a%b")).isFalse();
        assertThat(like(text, "%a".repeat(1_000) + "%b")).isFalse();
        assertThat(like(text, "%_".repeat(1_000) + "%a")).isTrue();
    }
}
