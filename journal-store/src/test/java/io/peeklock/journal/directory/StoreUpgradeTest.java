/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Stores of an older format are copied, and then upgraded.
 *
 * <p>Not thread safe.
 */
final class StoreUpgradeTest extends StoreDirectoryFixture {

    private static final Path COPIED = PATH.resolve("before-format-3");
    private static final Path CONTENT = PATH.resolve("partition-01").resolve("peeklock-1.pjf");
    private static final Path AWAY = ELSEWHERE.resolve("journal.mark");

    private String oldHeader = "";

    /** A store of format 1, with two journals, one of them elsewhere. */
    @BeforeEach
    void makeAnOldStore() throws Exception {
        StoreOptions options =
                StoreOptions.builder().partitionDirectory(2, ELSEWHERE).build();
        try (StoreDirectory store = StoreDirectory.open(PATH, options, disk, CLOCK)) {
            store.createJournalDirectory(1);
            store.createJournalDirectory(2);
        }
        write(CONTENT, "records ".repeat(40_000));
        write(AWAY, "mark");
        write(PATH.resolve("partition-01").resolve("journal.reserve"), "reserve");
        oldHeader = StoreHeader.read(disk, PATH)
                .orElseThrow()
                .header()
                .withFormat(1)
                .encode();
        write(HEADER, oldHeader);
        write(COPY, oldHeader);
    }

    private static int formatOf(FaultyDisk disk, Path path) throws JournalException {
        return StoreHeader.read(disk, path).orElseThrow().header().format();
    }

    @Nested
    class Opening {

        @Test
        void upgradesEveryFormatThatEverWas() throws Exception {
            for (int format = 1; format < StoreHeader.FORMAT; format++) {
                StoreHeader old =
                        StoreHeader.read(disk, PATH).orElseThrow().header().withFormat(format);
                write(HEADER, old.encode());
                write(COPY, old.encode());
                open().close();
                assertThat(formatOf(disk, PATH)).isEqualTo(StoreHeader.FORMAT);
                assertThat(BackupManifest.read(disk, COPIED).header().format()).isEqualTo(format);
                disk.lose(COPIED);
            }
        }

        @Test
        void copiesEverythingFirstAndThenRaisesTheFormat() throws Exception {
            byte[] records = disk.bytes(CONTENT);
            StoreDirectory store = open();
            assertThat(formatOf(disk, PATH)).isEqualTo(StoreHeader.FORMAT);
            BackupManifest copy = BackupManifest.read(disk, COPIED);
            assertThat(copy.header().format()).isEqualTo(1);
            assertThat(copy.header().id()).isEqualTo(store.id());
            assertThat(copy.header().maskingKey()).isEqualTo(store.maskingKey());
            assertThat(copy.clean()).isTrue();
            assertThat(copy.files())
                    .extracting(BackupManifest.Entry::name)
                    .containsExactly("partition-01/peeklock-1.pjf", "partition-02/journal.mark");
            assertThat(disk.bytes(COPIED.resolve("partition-01/peeklock-1.pjf")))
                    .isEqualTo(records);
            assertThat(disk.bytes(COPIED.resolve("partition-02/journal.mark"))).isEqualTo("mark".getBytes(UTF_8));
            assertThat(disk.bytes(CONTENT)).isEqualTo(records);
        }

        @Test
        void aSecondTimeCopiesNothing() throws Exception {
            open().close();
            open();
            assertThat(disk.listDirectories(PATH)).containsExactly("before-format-3", "partition-01");
        }

        @Test
        void ofAPresentOneCopiesNothing() throws Exception {
            Path other = PATH.resolveSibling("other");
            open(disk, other, StoreOptions.defaults()).close();
            open(disk, other, StoreOptions.defaults());
            assertThat(disk.listDirectories(other)).isEmpty();
        }

        @Test
        void withoutRoomForTheCopyIsRefusedAndChangesNothing() throws Exception {
            Map<Path, String> before = disk.fingerprint();
            disk.limitCapacity(BackupFolder.SPARE_BYTES);
            refused(Reason.DISK_FULL)
                    .withMessageContaining("format 1")
                    .withMessageContaining("not enough room")
                    .withMessageContaining("It is as it was");
            assertUntouched(before);
        }

        @Test
        void whereAPartitionIsNotThereIsRefusedAndChangesNothing() throws Exception {
            disk.lose(ELSEWHERE);
            Map<Path, String> before = disk.fingerprint();
            refused(Reason.IO).withMessageContaining("partition 2").withMessageContaining("mounted");
            assertUntouched(before);
        }

        @Test
        void whereAFileCannotBeReadIsRefusedAndChangesNothing() throws Exception {
            Map<Path, String> before = disk.fingerprint();
            disk.add(Fault.in(Operation.READ).of(CONTENT::equals));
            refused(Reason.IO).withMessageContaining("no copy of it can be made");
            disk.heal();
            assertUntouched(before);
            assertThat(disk.exists(COPIED.resolve(BackupManifest.FILE))).isFalse();
            open();
        }

        @Test
        void withADamagedHeaderRepairsAndUpgradesIt() throws Exception {
            disk.flipBit(HEADER, 60, 1);
            open();
            assertThat(formatOf(disk, PATH)).isEqualTo(StoreHeader.FORMAT);
            assertThat(disk.exists(PATH.resolve("store.properties.damaged"))).isTrue();
            assertThat(BackupManifest.read(disk, COPIED).header().format()).isEqualTo(1);
        }

        private void assertUntouched(Map<Path, String> before) {
            before.remove(PATH.resolve("store.lock"));
            assertThat(disk.fingerprint()).containsAllEntriesOf(before);
        }
    }

    @Nested
    class AKill {

        @Test
        void anywhereLeavesTheOldStoreOrTheNewOneWithItsCopy() throws Exception {
            byte[] records = disk.bytes(CONTENT);
            int upgraded = 0;
            for (int calls = 0; upgraded < 2; calls++) {
                FaultyDisk cut = disk.crash(Crash.keepEverything());
                cut.cutPowerAfter(calls);
                try {
                    StoreDirectory.open(PATH, StoreOptions.defaults(), cut, CLOCK);
                } catch (JournalException e) {
                    assertThat(e.getMessage()).isNotEmpty();
                }
                FaultyDisk left = cut.crash(calls % 2 == 0 ? Crash.keepNothing() : Crash.keepRandom(calls));
                if (formatOf(left, PATH) == StoreHeader.FORMAT) {
                    upgraded++;
                    requireCopy(left, records);
                }
                StoreDirectory.open(PATH, StoreOptions.defaults(), left, CLOCK).close();
                assertThat(formatOf(left, PATH)).isEqualTo(StoreHeader.FORMAT);
                requireCopy(left, records);
                assertThat(left.listDirectories(PATH)).containsExactly("before-format-3", "partition-01");
                assertThat(left.bytes(CONTENT)).isEqualTo(records);
                assertThat(calls).isLessThan(500);
            }
        }

        private void requireCopy(FaultyDisk left, byte[] records) throws JournalException {
            BackupManifest copy = BackupManifest.read(left, COPIED);
            BackupFolder.requireSame(left, COPIED, copy, ignored -> {});
            assertThat(copy.header().format()).isEqualTo(1);
            assertThat(left.bytes(COPIED.resolve("partition-01/peeklock-1.pjf")))
                    .isEqualTo(records);
        }
    }

    @Nested
    class ACopyThatIsThere {

        @Test
        void isTakenIfItIsTheSame() throws Exception {
            open().close();
            backToFormat1();
            open();
            assertThat(disk.listDirectories(PATH)).containsExactly("before-format-3", "partition-01");
        }

        @Test
        void isKeptIfTheStoreWasUsedSinceAndAnotherIsMade() throws Exception {
            open().close();
            backToFormat1();
            write(CONTENT, "more records");
            open();
            assertThat(disk.listDirectories(PATH))
                    .containsExactly("before-format-3", "before-format-3.2", "partition-01");
            BackupManifest.read(disk, COPIED);
            assertThat(disk.bytes(PATH.resolve("before-format-3.2/partition-01/peeklock-1.pjf")))
                    .isEqualTo("more records".getBytes(UTF_8));
        }

        /** Its manifest says that it is complete: only who reads its files again sees that it is not what was copied. */
        @Test
        void isKeptIfItWasDamagedSinceAndAnotherIsMade() throws Exception {
            byte[] records = disk.bytes(CONTENT);
            Path copied = COPIED.resolve("partition-01/peeklock-1.pjf");
            open().close();
            backToFormat1();
            disk.flipBit(copied, 1000, 1);
            open();
            assertThat(disk.listDirectories(PATH))
                    .containsExactly("before-format-3", "before-format-3.2", "partition-01");
            assertThat(disk.bytes(PATH.resolve("before-format-3.2/partition-01/peeklock-1.pjf")))
                    .isEqualTo(records);
            assertThat(disk.bytes(copied)).isNotEqualTo(records).hasSameSizeAs(records);
        }

        @Test
        void isKeptIfItIsDamagedAndAnotherIsMade() throws Exception {
            open().close();
            backToFormat1();
            disk.flipBit(COPIED.resolve("partition-01/peeklock-1.pjf"), 1000, 1);
            byte[] damaged = disk.bytes(COPIED.resolve("partition-01/peeklock-1.pjf"));
            open().close();
            assertThat(disk.bytes(COPIED.resolve("partition-01/peeklock-1.pjf")))
                    .isEqualTo(damaged);
            Path another = PATH.resolve("before-format-3.2");
            BackupFolder.requireSame(disk, another, BackupManifest.read(disk, another), ignored -> {});
        }

        @Test
        void thatCannotBeReadIsNoReasonToTakeAnother() throws Exception {
            open().close();
            backToFormat1();
            disk.add(Fault.in(Operation.READ).of(COPIED.resolve("partition-01/peeklock-1.pjf")::equals));
            refused(Reason.IO).withMessageContaining("It is as it was");
            disk.heal();
            assertThat(formatOf(disk, PATH)).isEqualTo(1);
            assertThat(disk.listDirectories(PATH)).containsExactly("before-format-3", "partition-01");
        }

        @Test
        void ofTheUsersOwnIsNeverDeleted() throws Exception {
            Path records = COPIED.resolve("partition-01").resolve("peeklock-1.pjf");
            for (String kept : new String[] {"store.properties", "partition-01/partition.identity"}) {
                disk.createDirectories(records.getParent());
                write(records, "all that I have");
                write(COPIED.resolve(kept), "as cp -r makes it");
                open().close();
                assertThat(disk.bytes(records)).isEqualTo("all that I have".getBytes(UTF_8));
                assertThat(BackupManifest.read(disk, PATH.resolve("before-format-3.2"))
                                .header()
                                .format())
                        .isEqualTo(1);
                disk.lose(COPIED);
                backToFormat1();
            }
        }

        @Test
        void thatIsAFileIsLeftAlone() throws Exception {
            write(COPIED, "notes");
            open().close();
            assertThat(disk.bytes(COPIED)).isEqualTo("notes".getBytes(UTF_8));
            BackupManifest.read(disk, PATH.resolve("before-format-3.2"));
        }

        private void backToFormat1() throws IOException {
            write(HEADER, oldHeader);
            write(COPY, oldHeader);
        }
    }

    @Nested
    class ByTheTool {

        @Test
        void putsTheCopyWhereItIsAskedTo() throws Exception {
            Path other = Path.of("/mnt/large/copy").toAbsolutePath();
            assertThat(StoreUpgrade.upgrade(PATH, Optional.of(other), disk, CLOCK))
                    .isTrue();
            assertThat(BackupManifest.read(disk, other).files()).hasSize(2);
            assertThat(disk.exists(COPIED)).isFalse();
            assertThat(formatOf(disk, PATH)).isEqualTo(StoreHeader.FORMAT);
            assertThat(StoreUpgrade.upgrade(PATH, Optional.of(other), disk, CLOCK))
                    .isFalse();
        }

        @Test
        void ofAStoreInUseIsRefused() throws Exception {
            open();
            assertFails(Reason.STORE_LOCKED, () -> StoreUpgrade.upgrade(PATH, Optional.empty(), disk, CLOCK));
        }
    }
}
