/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.RecordedProgress;
import io.peeklock.journal.disk.DiskFile;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A journal's file as Artemis has it filled and reads it.
 *
 * <p>Not thread safe.
 */
@Timeout(30)
final class BatchingFileTest {

    private static final Path PATH = JournalFixture.DIRECTORY.resolve("records-1." + JournalFiles.EXTENSION);
    private static final JournalSettings SETTINGS = JournalSettings.DEFAULT;
    private static final int PART_BYTES = 128 * 1024;

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final FaultyDisk disk = new FaultyDisk();
    private final JournalPlace place = JournalPlace.of(
            JournalFixture.DIRECTORY, disk, JournalFixture.KEY, JournalFixture.STORE, 0, pool, SETTINGS);
    private final DiskFileFactory factory =
            new DiskFileFactory(place, new GroupWriter(place, new RecordedProgress(), Mark.NOTHING));
    private final BatchingFile file = new BatchingFile(factory, PATH);

    @BeforeEach
    void createDirectory() throws IOException {
        disk.createDirectories(JournalFixture.DIRECTORY);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
        pool.shutdown();
    }

    /** A record that ends with zeros reaches a little farther than what can be seen of it. */
    @Test
    void isReadUpToALittleBehindTheLastThatIsInIt() throws IOException {
        int last = 3 * PART_BYTES - 1;
        try (DiskFile written = disk.open(PATH, true)) {
            written.writeFully(ByteBuffer.wrap(new byte[] {7}), last);
        }
        byte[] used = new byte[SETTINGS.fileBytes()];
        Arrays.fill(used, (byte) 9);
        ByteBuffer bytes = ByteBuffer.wrap(used);

        file.open();
        int read = file.read(bytes);

        assertThat(read).isEqualTo(SETTINGS.fileBytes());
        assertThat(bytes.position()).isZero();
        assertThat(bytes.limit()).isEqualTo(last + 1 + RecordScanner.RECORD_OVERHEAD_BYTES);
        byte[] expected = new byte[SETTINGS.fileBytes()];
        expected[last] = 7;
        assertThat(used).isEqualTo(expected);
    }

    @Test
    void isReadAsAWholeIfThereIsSomethingAtItsEnd() throws IOException {
        try (DiskFile written = disk.open(PATH, true)) {
            written.writeFully(ByteBuffer.wrap(new byte[] {7}), SETTINGS.fileBytes() - 1L);
        }
        ByteBuffer bytes = ByteBuffer.allocate(SETTINGS.fileBytes());

        file.open();
        file.read(bytes);

        assertThat(bytes.remaining()).isEqualTo(SETTINGS.fileBytes());
    }

    /** The flusher's syncs of another file wait for a sync that is under way. */
    @Test
    void ofABusyJournalIsFilledInSteps() throws IOException {
        factory.becomeBusy();
        file.open();

        file.fill(SETTINGS.fileBytes());

        assertThat(disk.size(PATH)).isEqualTo(SETTINGS.fileBytes());
        assertThat(disk.calls(Operation.SYNC)).isEqualTo(SETTINGS.fileBytes() / SETTINGS.fillStepBytes());
    }
}
