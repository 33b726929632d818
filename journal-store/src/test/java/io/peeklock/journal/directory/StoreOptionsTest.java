/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Options of a store, and what they refuse.
 *
 * <p>Not thread safe.
 */
final class StoreOptionsTest {

    @Test
    void haveDefaults() {
        assertThat(StoreOptions.defaults()).isEqualTo(new StoreOptions(0, 10_485_760, 250, java.util.Map.of(), ""));
    }

    @Test
    void sayWhichValueIsWrongAndWhatItMayBe() {
        assertRefused(StoreOptions.builder().partitions(257), "partitions is 257, must be 0 to 256");
        assertRefused(StoreOptions.builder().partitions(-1), "partitions is -1");
        assertRefused(
                StoreOptions.builder().fileSizeBytes(1000), "fileSizeBytes is 1000, must be 262144 to 1073741824");
        assertRefused(StoreOptions.builder().markIntervalMs(0), "markIntervalMs is 0, must be 1 to 60000 milliseconds");
        assertRefused(StoreOptions.builder().partitionDirectory(-1, Path.of("/a")), "partition is -1");
        assertRefused(StoreOptions.builder().partitionDirectory(3, Path.of("/a\nb")), "control character");
        assertRefused(
                StoreOptions.builder().partitionDirectory(3, Path.of("/a")).partitionDirectory(4, Path.of("/b/../a")),
                "partition.N.directory: two partitions share a directory");
    }

    @Test
    void keepTheHolderToOneLine() {
        assertThat(StoreOptions.builder()
                        .holder("orders\nof\tshop\u0000")
                        .build()
                        .holder())
                .isEqualTo("orders of shop");
        assertThat(StoreOptions.builder().holder("x".repeat(10_000)).build().holder())
                .hasSize(500);
    }

    private static void assertRefused(StoreOptions.Builder options, String message) {
        assertThatThrownBy(options::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
