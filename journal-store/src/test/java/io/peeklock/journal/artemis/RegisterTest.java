/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The register's files: what is in them when, and what a crash or damage leaves of them.
 *
 * <p>Not thread safe.
 */
final class RegisterTest {

    private static final Path DIRECTORY = Path.of("/j");

    private FaultyDisk disk = new FaultyDisk();
    private Register register;

    @BeforeEach
    void makeDirectory() throws IOException {
        disk.createDirectories(DIRECTORY);
        disk.syncDirectory(Path.of("/"));
        register = registerOn(disk);
    }

    private static Register registerOn(FaultyDisk disk) {
        return new Register(disk, DIRECTORY, JournalFixture.STORE, 3);
    }

    private static List<Batch.Entry> put(long id) {
        return new Batch().put(id, 1, body("")).entries();
    }

    private void checkpoint(long first, long... ids) {
        LiveRecords live = new LiveRecords();
        for (long id : ids) {
            live.put(id);
        }
        register.checkpoint(first, Checkpoint.encode(first, 9, live, 100));
    }

    private RegisterFile newest() throws JournalException {
        List<RegisterFile> files = registerOn(disk).read();
        return files.get(files.size() - 1);
    }

    private static Path file(int slot) {
        return DIRECTORY.resolve(RegisterFile.PREFIX + slot);
    }

    @Nested
    class Write {

        @Test
        void hasGoldenBytes() {
            checkpoint(1, 5);
            register.batch(
                    2,
                    new Batch()
                            .put(6, 1, body(""))
                            .remove(5)
                            .replace(6, 1, body(""))
                            .entries(),
                    1);
            register.batch(6, put(7), 0);
            assertThat(register.write(6)).isTrue();
            assertThat(HexFormat.of().formatHex(disk.bytes(file(1))))
                    .isEqualTo(
                            "00000028f4ddf8fe504c4b5245474901000000000000000100000000000000020000000300000001000000000000000100000005df1d60e109010501000000001070c5330100000000000000020103300609000108");
        }

        @Test
        void givesBackWhatWasAdded() throws JournalException {
            checkpoint(1, 5);
            register.batch(2, new Batch().put(6, 1, body("")).remove(5).entries(), 1);
            register.batch(5, put(7), 0);
            register.batch(6, List.of(), 1);
            assertThat(register.write(6)).isTrue();
            register.batch(7, put(4), 0);
            assertThat(register.write(7)).isTrue();
            RegisterFile read = newest();
            assertThat(read.checkpoint().live().contains(5)).isTrue();
            assertThat(read.end()).isEqualTo(7);
            assertThat(read.maxRecordId()).isEqualTo(9);
            assertThat(read.batches()).extracting(RegisterFile.Entry::first).containsExactly(2L, 5L, 6L, 7L);
            assertThat(read.batches()).extracting(RegisterFile.Entry::heads).containsExactly(1, 0, 1, 0);
            assertThat(read.batches().get(0).operations().ids()).containsExactly(6, 5);
            assertThat(read.batches().get(0).operations().kinds())
                    .containsExactly(Batch.Operation.PUT, Batch.Operation.REMOVE);
            assertThat(read.batches().get(3).operations().ids()).containsExactly(4);
        }

        @Test
        void leavesOutWhatIsNotDurable() throws JournalException {
            checkpoint(1, 5);
            register.batch(2, put(6), 0);
            register.batch(3, put(7), 0);
            assertThat(register.write(2)).isTrue();
            assertThat(newest().end()).isEqualTo(2);
            checkpoint(4, 5, 6, 7);
            assertThat(register.write(3)).isTrue();
            assertThat(newest().checkpoint().first()).isEqualTo(1);
            assertThat(newest().end()).isEqualTo(3);
        }

        @Test
        void keepsTheFormerFileWhileItBeginsTheNext() throws JournalException {
            checkpoint(1, 5);
            register.batch(2, put(6), 0);
            register.write(2);
            checkpoint(3, 5, 6);
            disk.cutPowerAfter(2);
            assertThat(register.write(3)).isFalse();
            disk = disk.crash(Crash.keepEverything());
            assertThat(newest().checkpoint().first()).isEqualTo(1);
            assertThat(newest().end()).isEqualTo(2);
        }

        @Test
        void thatFindsNoRoomFailsNothingAndBeginsAgainWithTheNextCheckpoint() throws JournalException {
            checkpoint(1, 5);
            register.batch(2, put(6), 0);
            register.write(2);
            disk.add(Fault.in(Fault.Operation.WRITE).as(Fault.Effect.NO_SPACE));
            register.batch(3, put(7), 0);
            assertThat(register.write(3)).isFalse();
            disk.heal();
            register.batch(4, put(8), 0);
            assertThat(register.write(4)).isFalse();
            assertThat(newest().end()).isEqualTo(2);
            checkpoint(5, 5, 6, 7, 8);
            assertThat(register.write(5)).isTrue();
            assertThat(newest().end()).isEqualTo(5);
        }
    }

    @Nested
    class Read {

        @Test
        void endsBeforeABlockThatIsDamaged() throws JournalException {
            checkpoint(1, 5);
            register.batch(2, put(6), 0);
            register.write(2);
            int size = disk.bytes(file(1)).length;
            register.batch(3, put(7), 0);
            register.write(3);
            disk.flipBit(file(1), size + 9, 0);
            assertThat(newest().end()).isEqualTo(2);
            assertThat(newest().bytes()).isEqualTo(size);
        }

        @Test
        void takesNothingFromAnotherStore() throws JournalException {
            checkpoint(1, 5);
            register.write(1);
            assertThat(new Register(disk, DIRECTORY, new UUID(7, 7), 3).read()).isEmpty();
            assertThat(new Register(disk, DIRECTORY, JournalFixture.STORE, 4).read())
                    .isEmpty();
        }

        @Test
        void goesOnWhereItEnded() throws Exception {
            checkpoint(1, 5);
            register.batch(2, put(6), 0);
            register.write(2);
            register.close();
            register = registerOn(disk);
            register.resume(newest());
            register.batch(3, put(7), 0);
            assertThat(register.write(3)).isTrue();
            assertThat(newest().batches().get(1).operations().ids()).containsExactly(7);
            checkpoint(4, 5);
            register.write(4);
            assertThat(disk.exists(file(0))).isTrue();
            assertThat(newest().checkpoint().first()).isEqualTo(4);
        }
    }
}
