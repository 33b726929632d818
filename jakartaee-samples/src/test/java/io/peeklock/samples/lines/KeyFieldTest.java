/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Where the key of a line stands.
 *
 * <p>Not thread safe.
 */
final class KeyFieldTest {

    @Nested
    final class BetweenBlanks {

        private final KeyField second = new KeyField(2, null);

        @Test
        void takesTheField() {
            assertThat(second.of("Z Europe/Berlin 0:53:28 - LMT")).contains("Europe/Berlin");
        }

        @Test
        void countsARunOfBlanksAndTabsAsOne() {
            assertThat(second.of("  a \t  b  c")).contains("b");
        }

        @Test
        void hasNoneInAShorterLine() {
            assertThat(second.of("a")).isEmpty();
            assertThat(second.of("")).isEmpty();
        }
    }

    @Nested
    final class BetweenSeparators {

        @Test
        void takesTheSeparatorLiterally() {
            assertThat(new KeyField(2, "|").of("a|b|c")).contains("b");
            assertThat(new KeyField(2, ".").of("a.b.c")).contains("b");
        }

        @Test
        void keepsBlanks() {
            assertThat(new KeyField(1, ";").of(" a b ;c")).contains(" a b ");
        }

        @Test
        void hasNoneInAnEmptyField() {
            assertThat(new KeyField(2, ";").of("a;;c")).isEmpty();
        }
    }

    @Nested
    @Tag("Q4")
    final class LongFields {

        @Test
        void areCutToWhatAPartitionKeyMayHold() {
            assertThat(new KeyField(1, null).of("x".repeat(1_000))).contains("x".repeat(128));
        }

        @Test
        void areNotCutWithinACharacter() {
            assertThat(new KeyField(1, null).of("x".repeat(127) + "\uD83D\uDE00"))
                    .contains("x".repeat(127));
        }
    }
}
