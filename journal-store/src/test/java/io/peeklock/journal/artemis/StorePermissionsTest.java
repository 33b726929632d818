/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.peeklock.journal.Batch;
import io.peeklock.journal.LoadedRecords;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordedProgress;
import io.peeklock.journal.SwapSpace;
import io.peeklock.journal.directory.StoreOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a store makes on a real disk, its owner alone can read it.
 *
 * <p>Not thread safe.
 */
final class StorePermissionsTest {

    @TempDir
    Path parent;

    private Path directory;
    // Everything that was ever seen, with its rights.
    private final Map<Path, String> seen = new TreeMap<>();

    @BeforeEach
    void chooseADirectory() {
        assumeTrue(parent.getFileSystem().supportedFileAttributeViews().contains("posix"));
        directory = parent.resolve("store");
    }

    private void look() throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                try {
                    seen.put(path, PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
                } catch (java.nio.file.NoSuchFileException e) {
                    // Gone since it was listed.
                    seen.remove(path);
                }
            }
        } catch (java.io.UncheckedIOException e) {
            assertThat(e).hasCauseInstanceOf(java.nio.file.NoSuchFileException.class);
        }
    }

    @Test
    void areTheOwnersAlone() throws Exception {
        StoreOptions options = StoreOptions.builder()
                .fileSizeBytes(StoreOptions.MIN_FILE_SIZE_BYTES)
                .build();
        for (int opening = 1; opening <= 2; opening++) {
            try (ArtemisJournalStore store = ArtemisJournalStore.open(directory, options)) {
                RecordedProgress progress = new RecordedProgress();
                PartitionJournal journal = store.open(0, progress);
                journal.load(new LoadedRecords());
                work(journal, progress, opening * 1000L);
                SwapSpace swap = store.openSwap(0);
                swap.write(ByteBuffer.allocate(1000));
                store.quarantine(0, "record", new byte[10]);
                look();
            }
            look();
        }
        assertThat(seen.keySet())
                .extracting(path -> String.valueOf(path.getFileName()))
                .contains(
                        "store.lock",
                        "store.state",
                        "store.properties",
                        "journal.mark",
                        "journal.reserve",
                        "quarantine")
                .anyMatch(name -> name.endsWith(".swap"))
                .anyMatch(name -> name.endsWith(".pjf"));
        assertThat(seen).allSatisfy((path, rights) -> assertThat(rights).isIn("rw-------", "rwx------"));
    }

    private void work(PartitionJournal journal, RecordedProgress progress, long first) throws Exception {
        for (long id = first; id < first + 60; id++) {
            journal.append(new Batch().put(id, 1, RecordBody.of(new byte[30_000])));
            look();
        }
        for (long id = first; id < first + 59; id++) {
            journal.append(new Batch().remove(id));
        }
        long index = journal.append(
                new Batch().replace(first + 59, 1, RecordBody.of(new byte[10])).durable());
        journal.shrink();
        await().until(() -> {
            look();
            return progress.durable() >= index;
        });
    }
}
