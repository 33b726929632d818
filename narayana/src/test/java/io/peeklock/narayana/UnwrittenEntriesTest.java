/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That a file which a killed process has made in the log and not written into is no entry for ever (rule X5).
 *
 * <p>Not thread safe.
 */
@Tag("X5")
final class UnwrittenEntriesTest {

    private static final String FOLDER =
            "ShadowNoFileLockStore/defaultStore/StateManager/BasicAction/TwoPhaseCoordinator/AtomicAction";

    @TempDir
    Path directory;

    private Path unwritten;

    @BeforeEach
    void makeOne() throws Exception {
        Path folder = Files.createDirectories(directory.resolve(FOLDER));
        unwritten = Files.createFile(folder.resolve("0_ffff7f000001_-1b12ef9_6b035320_18a"));
    }

    @Test
    void areGoneAfterTheStart() {
        try (PeeklockTransactions transactions = PeeklockTransactions.narayana(directory)
                .node("n1")
                .recovering(new FileStoreSource("words", new FileStore(directory.resolve("words"))))
                .start()) {
            assertThat(transactions.logEntries()).isZero();
            assertThat(transactions.check().notes()).contains("Entries in the log: 0.");
            assertThat(unwritten).doesNotExist();
        }
    }

    @Test
    void areAllThatIsRemoved() throws Exception {
        Path hidden = Files.createFile(unwritten.resolveSibling("0_ffff7f000001_-1b12ef9_6b035320_18b!"));
        Path written = Files.write(unwritten.resolveSibling("0_ffff7f000001_-1b12ef9_6b035320_18c"), List.of("entry"));
        Path lock = Files.createFile(directory.resolve("peeklock-narayana.lock"));
        NarayanaRecovery.removeUnwrittenEntries(directory);
        assertThat(List.of(unwritten, hidden))
                .allSatisfy(file -> assertThat(file).doesNotExist());
        assertThat(List.of(written, lock)).allSatisfy(file -> assertThat(file).exists());
    }

    @Test
    void areNotLookedForInADirectoryThatIsNotThere() {
        NarayanaRecovery.removeUnwrittenEntries(directory.resolve("none"));
        assertThat(directory.resolve("none")).doesNotExist();
    }
}
