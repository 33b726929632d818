/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That one transaction manager at a time has a directory, which is known again later.
 *
 * <p>Not thread safe.
 */
final class ObjectStoreDirectoryTest {

    @TempDir
    Path parent;

    @Test
    void isMadeAndIsNewOnce() {
        Path path = parent.resolve("a/b");
        try (ObjectStoreDirectory directory = ObjectStoreDirectory.open(path)) {
            assertThat(directory.isNew()).isTrue();
        }
        try (ObjectStoreDirectory again = ObjectStoreDirectory.open(path)) {
            assertThat(again.isNew()).isFalse();
        }
    }

    @Test
    void thatIsInUseIsRefused() {
        try (ObjectStoreDirectory used = ObjectStoreDirectory.open(parent)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> ObjectStoreDirectory.open(used.path()))
                    .withMessageContaining("used by another transaction manager")
                    .withMessageContaining("a directory and a node id of its own");
        }
    }

    @Test
    void thatCannotBeMadeIsNamed() throws Exception {
        Path file = Files.createFile(parent.resolve("file"));
        assertThatIllegalStateException()
                .isThrownBy(() -> ObjectStoreDirectory.open(file.resolve("tx")))
                .withMessageContaining(file.resolve("tx").toString())
                .withMessageContaining("cannot be written");
    }
}
