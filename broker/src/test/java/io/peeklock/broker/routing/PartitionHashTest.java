/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The hash of partition keys: the vectors of {@code docs/semantics.md}, which may never change.
 *
 * <p>Has no state; any thread.
 */
@Tag("P5")
final class PartitionHashTest {

    @Nested
    class OfAKey {

        // Computed with another implementation of MurmurHash3.
        @ParameterizedTest
        @CsvSource({
            "'', 00000000, 0, 0",
            "a, 3c2569b2, 2, 4",
            "ab, 9bbfd75f, 15, 1",
            "abc, b3dd93fa, 10, 3",
            "abcd, 43ed676a, 10, 2",
            "abcde, e89b9af6, 6, 4",
            "hello, 248bfa47, 7, 6",
            "'Hello, world!', c0363e43, 3, 6",
            "The quick brown fox jumps over the lazy dog, 2e4ff723, 3, 2",
            "customer-4711, b2aef59d, 13, 4",
            "stra\u00DFe, 7ce85b05, 5, 5",
            "\u65E5\u672C\u8A9E, a5a47297, 7, 1",
            "\uD83D\uDE00, beb42efa, 10, 4"
        })
        void isTheDocumentedOne(String key, String hash, int of16, int of7) {
            assertThat(String.format("%08x", PartitionHash.hash(key))).isEqualTo(hash);
            assertThat(PartitionHash.partitionOf(key, 16)).isEqualTo(of16);
            assertThat(PartitionHash.partitionOf(key, 7)).isEqualTo(of7);
        }

        @Test
        void reachesEveryPartitionAboutEquallyOften() {
            int[] counts = new int[16];
            for (int i = 0; i < 16_000; i++) {
                counts[PartitionHash.partitionOf("order-" + i, 16)]++;
            }

            for (int count : counts) {
                assertThat(count).isBetween(850, 1150);
            }
        }

        @Test
        void withoutPartitionsIsRefused() {
            assertThatThrownBy(() -> PartitionHash.partitionOf("a", 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
