/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.disk.Crash;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The directories of journals, in the store's or elsewhere, and whose they are.
 *
 * <p>Not thread safe.
 */
final class JournalFoldersTest extends StoreDirectoryFixture {

    @Nested
    class Journals {

        @Test
        void haveNoDirectoryBeforeItIsMade() throws Exception {
            StoreDirectory store = open();
            assertThat(store.exists(3)).isFalse();
            assertThat(store.journalDirectory(3)).isEqualTo(PATH.resolve("partition-03"));
            assertThat(disk.exists(PATH.resolve("partition-03"))).isFalse();
            assertThat(store.journalDirectory(JournalStore.DEFINITIONS)).isEqualTo(PATH.resolve("definitions"));
        }

        @Test
        void areThereAfterACrashOnceMade() throws Exception {
            StoreDirectory store = open();
            store.createJournalDirectory(3);
            store.createJournalDirectory(JournalStore.DEFINITIONS);
            disk = disk.crash(Crash.keepNothing());
            store = open();
            assertThat(store.exists(3)).isTrue();
            assertThat(store.exists(JournalStore.DEFINITIONS)).isTrue();
            assertThat(store.exists(4)).isFalse();
            assertThat(disk.isDirectory(store.journalDirectory(3))).isTrue();
        }

        @Test
        void areMissedWhenTheirDirectoryIsGone() throws Exception {
            StoreDirectory store = open();
            store.createJournalDirectory(3);
            store.createJournalDirectory(4);
            disk.lose(PATH.resolve("partition-03"));
            assertFails(Reason.IO, () -> store.journalDirectory(3)).withMessageContaining("partition 3");
            assertFails(Reason.IO, () -> store.createJournalDirectory(3));
            store.journalDirectory(4);
        }

        @Test
        void outsideTheStoreAreABug() throws Exception {
            StoreDirectory store = open();
            assertThatThrownBy(() -> store.journalDirectory(16)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.exists(-2)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void ofAClosedStoreAreRefused() throws Exception {
            StoreDirectory store = open();
            store.close();
            store.close();
            assertFails(Reason.CLOSED, () -> store.createJournalDirectory(1));
        }
    }

    @Nested
    @Tag("P14")
    class PartitionsElsewhere {

        private final StoreOptions three =
                StoreOptions.builder().partitionDirectory(3, ELSEWHERE).build();

        @Test
        void areRemembered() throws Exception {
            StoreDirectory store = open(disk, PATH, three);
            assertThat(store.createJournalDirectory(3)).isEqualTo(ELSEWHERE);
            disk = disk.crash(Crash.keepNothing());
            store = open();
            assertThat(store.journalDirectory(3)).isEqualTo(ELSEWHERE);
            assertThat(store.journalDirectory(4)).isEqualTo(PATH.resolve("partition-04"));
        }

        @Test
        void onADiskThatIsNotMountedAreOutAlone() throws Exception {
            open(disk, PATH, three).close();
            disk.lose(ELSEWHERE);
            disk.createDirectories(ELSEWHERE);
            StoreDirectory store = open(disk, PATH, three);
            assertFails(Reason.IO, () -> store.journalDirectory(3))
                    .withMessageContaining("partition 3")
                    .withMessageContaining("mounted");
            store.createJournalDirectory(4);
            disk.lose(ELSEWHERE);
            assertFails(Reason.IO, () -> store.createJournalDirectory(3)).withMessageContaining("mounted");
        }

        @Test
        void onTheDiskOfAnotherStoreAreOut() throws Exception {
            open(disk, PATH, three).close();
            StoreOptions two = StoreOptions.builder()
                    .partitionDirectory(3, Path.of("/mnt/other"))
                    .build();
            open(disk, PATH.resolveSibling("bus2"), two).close();
            write(
                    ELSEWHERE.resolve("partition.identity"),
                    new String(disk.bytes(Path.of("/mnt/other/partition.identity")), UTF_8));
            StoreDirectory store = open();
            assertFails(Reason.IO, () -> store.journalDirectory(3)).withMessageContaining("another store");
        }

        @Test
        void withADamagedIdentityAreOut() throws Exception {
            open(disk, PATH, three).close();
            disk.flipBit(ELSEWHERE.resolve("partition.identity"), 40, 0);
            StoreDirectory store = open();
            assertFails(Reason.CORRUPT, () -> store.journalDirectory(3));
        }

        @Test
        void inADirectoryWithOtherThingsAreRefusedAndNoStoreIsMade() throws Exception {
            disk.createDirectories(ELSEWHERE);
            disk.open(ELSEWHERE.resolve("photo.jpg"), true).close();
            refused(disk, three, Reason.REFUSED).withMessageContaining("photo.jpg");
            assertThat(disk.exists(PATH)).isFalse();
            assertThat(disk.list(ELSEWHERE)).containsExactly("photo.jpg");
        }

        @Test
        void thatHaveDataAreNotMovedByAnOption() throws Exception {
            StoreDirectory store = open();
            store.createJournalDirectory(3);
            store.close();
            refused(disk, three, Reason.REFUSED)
                    .withMessageContaining("partition-03")
                    .withMessageContaining("copy the whole directory");
        }

        @Test
        void areMovedByCopyingTheDirectoryThere() throws Exception {
            StoreDirectory store = open();
            store.createJournalDirectory(3);
            store.close();
            disk.createDirectories(ELSEWHERE);
            write(
                    ELSEWHERE.resolve("partition.identity"),
                    new String(disk.bytes(PATH.resolve("partition-03/partition.identity")), UTF_8));
            open(disk, PATH, three).close();
            assertThat(open().journalDirectory(3)).isEqualTo(ELSEWHERE);
        }

        @Test
        void beyondTheLastPartitionAreRefusedAndNoStoreIsMade() throws Exception {
            StoreOptions seventeenth =
                    StoreOptions.builder().partitionDirectory(16, ELSEWHERE).build();
            refused(disk, seventeenth, Reason.REFUSED).withMessageContaining("0 to 15");
            assertThat(disk.exists(PATH)).isFalse();
            open().close();
            refused(disk, seventeenth, Reason.REFUSED).withMessageContaining("0 to 15");
        }
    }
}
