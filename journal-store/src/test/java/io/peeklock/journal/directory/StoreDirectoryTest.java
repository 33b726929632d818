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
import io.peeklock.journal.disk.Disk.Access;
import io.peeklock.journal.disk.DiskFile;
import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.Fault.Effect;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.FaultyDisk;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The store's directory on a disk that fails on demand.
 *
 * <p>Not thread safe.
 */
final class StoreDirectoryTest extends StoreDirectoryFixture {

    @Nested
    class Creating {

        /** As a store may be carried to a machine of another country. */
        @Test
        void namesItsJournalsInTheSameDigitsInEveryLocale() {
            Locale before = Locale.getDefault(Locale.Category.FORMAT);
            try {
                Locale.setDefault(Locale.Category.FORMAT, Locale.forLanguageTag("ar-EG-u-nu-arab"));
                assertThat(StoreHeader.nameOf(7)).isEqualTo("partition-07");
                assertThat(StoreHeader.nameOf(12)).isEqualTo("partition-12");
                assertThat(StoreHeader.nameOf(255)).isEqualTo("partition-255");
            } finally {
                Locale.setDefault(Locale.Category.FORMAT, before);
            }
        }

        @Test
        void makesADirectoryWithItsParents() throws Exception {
            StoreDirectory store = open();
            assertThat(store.partitions()).isEqualTo(16);
            assertThat(store.maskingKey()).hasSize(32);
            assertThat(store.wasCleanlyClosed()).isTrue();
            assertThat(disk.list(PATH))
                    .containsExactly("store.lock", "store.properties", "store.properties.copy", "store.state");
            assertThat(disk.listDirectories(PATH)).isEmpty();
        }

        @Test
        void takesAnEmptyDirectoryThatIsThere() throws Exception {
            disk.createDirectories(PATH.resolve("lost+found"));
            disk.setAccess(PATH, Access.SOME_OTHERS);
            open();
            assertThat(disk.access(PATH)).isEqualTo(Access.OWNER_ONLY);
        }

        @Test
        void givesEachStoreAnIdentityAndAKeyOfItsOwn() throws Exception {
            StoreDirectory first = open();
            StoreDirectory second = open(disk, PATH.resolveSibling("other"), StoreOptions.defaults());
            assertThat(first.id()).isNotEqualTo(second.id());
            assertThat(first.maskingKey()).isNotEqualTo(second.maskingKey());
        }

        @Test
        void ofADirectoryWithOtherThingsIsRefusedAndWritesNothing() throws Exception {
            disk.createDirectories(PATH);
            disk.open(PATH.resolve("photo.jpg"), true).close();
            refused(Reason.REFUSED).withMessageContaining("photo.jpg").withMessageContaining(PATH.toString());
            assertThat(disk.list(PATH)).containsExactly("photo.jpg");
        }

        @Test
        void inPlaceOfAFileIsRefused() throws Exception {
            disk.createDirectories(PATH.getParent());
            disk.open(PATH, true).close();
            refused(Reason.REFUSED).withMessageContaining("is a file");
        }

        @Test
        void withoutRightsIsRefused() {
            disk.add(Fault.inEverything().as(Effect.ACCESS_DENIED));
            refused(Reason.ACCESS_DENIED).withMessageContaining(PATH.toString());
        }

        @Test
        void onAFullDiskIsRefusedAndLeavesNothingThatTheNextOpeningDoesNotComplete() throws Exception {
            disk.limitCapacity(40);
            refused(Reason.DISK_FULL);
            assertThat(disk.exists(HEADER)).isFalse();
            disk.limitCapacity(Long.MAX_VALUE);
            assertThat(open().partitions()).isEqualTo(16);
        }

        @Test
        void thatIsCutShortAnywhereIsCompletedByTheNextOpening() throws Exception {
            StoreOptions options = StoreOptions.builder()
                    .partitions(4)
                    .partitionDirectory(3, ELSEWHERE)
                    .build();
            int cut = 0;
            for (boolean whole = false; !whole; cut++) {
                FaultyDisk failing = new FaultyDisk();
                failing.cutPowerAfter(cut);
                UUID id = null;
                try {
                    StoreDirectory store = open(failing, PATH, options);
                    id = store.id();
                    whole = true;
                } catch (JournalException e) {
                    assertThat(e.reason()).isEqualTo(Reason.IO);
                }
                for (int seed = 0; seed < 30; seed++) {
                    Crash crash = switch (seed) {
                        case 0 -> Crash.keepNothing();
                        case 1 -> Crash.keepEverything();
                        default -> seed % 2 == 0 ? Crash.keepRandom(seed) : Crash.tear(seed);
                    };
                    StoreDirectory store = open(failing.crash(crash), PATH, options);
                    assertThat(store.partitions()).isEqualTo(4);
                    assertThat(store.journalDirectory(3)).isEqualTo(ELSEWHERE);
                    if (id != null) {
                        assertThat(store.id())
                                .as("what was open once stays the same store")
                                .isEqualTo(id);
                    }
                    store.close();
                }
            }
            assertThat(cut).isGreaterThan(20);
        }
    }

    @Nested
    class OpeningAgain {

        @Test
        void findsTheSameStore() throws Exception {
            StoreDirectory store = open();
            UUID id = store.id();
            byte[] key = store.maskingKey();
            store.close();
            store = open();
            assertThat(store.id()).isEqualTo(id);
            assertThat(store.maskingKey()).isEqualTo(key);
            assertThat(store.partitions()).isEqualTo(16);
        }

        @Test
        void withAnotherNumberOfPartitionsIsRefusedAndChangesNothing() throws Exception {
            open().close();
            Map<Path, String> before = disk.fingerprint();
            refused(disk, StoreOptions.builder().partitions(8).build(), Reason.REFUSED)
                    .withMessageContaining("16 partitions")
                    .withMessageContaining("8");
            before.remove(PATH.resolve("store.lock"));
            assertThat(disk.fingerprint()).containsAllEntriesOf(before);
        }

        @Test
        void withTheSameNumberOfPartitionsIsAllowed() throws Exception {
            open().close();
            assertThat(open(disk, PATH, StoreOptions.builder().partitions(16).build())
                            .partitions())
                    .isEqualTo(16);
        }

        @Test
        void ofANewerFormatNamesBothFormats() throws Exception {
            open().close();
            String text = new String(disk.bytes(HEADER), UTF_8);
            Map<String, String> values = SealedText.open(text).orElseThrow();
            values.put("format", "7");
            write(HEADER, SealedText.seal("from the future", values));
            refused(Reason.NEWER_FORMAT)
                    .withMessageContaining("format 7")
                    .withMessageContaining("up to " + StoreHeader.FORMAT)
                    .withMessageContaining(PATH.toString());
        }

        @Test
        void whereEverybodyCanWriteIsRefused() throws Exception {
            open().close();
            disk.setAccess(PATH, Access.ANYBODY_WRITES);
            refused(Reason.ACCESS_DENIED).withMessageContaining("chmod 700");
        }

        @Test
        void withoutRightToTheHeaderIsRefused() throws Exception {
            open().close();
            disk.add(Fault.in(Operation.OPEN).named("store.properties").as(Effect.ACCESS_DENIED));
            refused(Reason.ACCESS_DENIED);
        }
    }

    @Nested
    class TheHeader {

        @Test
        void isRepairedFromItsCopyWhicheverIsDamaged() throws Exception {
            StoreDirectory store = open();
            UUID id = store.id();
            store.close();
            int length = disk.bytes(HEADER).length;
            for (Path damaged : List.of(HEADER, COPY)) {
                for (int at = 0; at < length; at += 61) {
                    disk.flipBit(damaged, at, at % 8);
                    store = open();
                    assertThat(store.id()).isEqualTo(id);
                    store.close();
                    assertThat(disk.bytes(HEADER)).isEqualTo(disk.bytes(COPY)).hasSize(length);
                }
                disk.lose(damaged);
                open().close();
                assertThat(disk.bytes(HEADER)).isEqualTo(disk.bytes(COPY)).hasSize(length);
            }
        }

        @Test
        void isNeverMadeAnewWhenBothAreDamaged() throws Exception {
            open().close();
            disk.flipBit(HEADER, 50, 1);
            disk.cut(COPY, 20);
            refused(Reason.CORRUPT).withMessageContaining("backup");
            assertThat(disk.bytes(COPY)).hasSize(20);
        }

        @Test
        void isNeverMadeAnewWhereJournalsAre() throws Exception {
            StoreDirectory store = open();
            store.createJournalDirectory(5);
            store.close();
            disk.lose(HEADER);
            disk.lose(COPY);
            refused(Reason.CORRUPT).withMessageContaining("partition-05");
        }

        @Test
        void doesNotShowItsKey() throws Exception {
            open();
            StoreHeader header = StoreHeader.read(disk, PATH).orElseThrow().header();
            assertThat(header.toString()).contains(header.id().toString()).hasSizeLessThan(120);
        }
    }

    @Nested
    class ALock {

        @Test
        void namesItsHolderToTheSecondOpener() throws Exception {
            open(disk, PATH, StoreOptions.builder().holder("orders of shop-1").build());
            refused(Reason.STORE_LOCKED)
                    .withMessageContaining("process " + ProcessHandle.current().pid())
                    .withMessageContaining("opened 2026-01-02T03:04:05Z")
                    .withMessageContaining("orders of shop-1")
                    .withMessageContaining(PATH.toString());
        }

        @Test
        void ofAnotherProcessIsNamedFromItsFile() throws Exception {
            open().close();
            try (DiskFile other = disk.open(PATH.resolve("store.lock"), false)) {
                assertThat(other.tryLock()).isTrue();
                SmallFile.overwrite(other, "process 4711 on elsewhere, started then: somebody\n");
                refused(Reason.STORE_LOCKED).withMessageContaining("process 4711 on elsewhere, started then: somebody");
            }
            open();
        }

        @Test
        void isFreeAfterClose() throws Exception {
            open().close();
            open().close();
        }

        @Test
        void isFreeAfterAnOpeningThatFailed() throws Exception {
            open().close();
            refused(disk, StoreOptions.builder().partitions(8).build(), Reason.REFUSED);
            open();
        }

        @Test
        void leftBehindByADeadProcessIsNoObstacle() throws Exception {
            open();
            FaultyDisk left = disk.crash(Crash.keepEverything());
            assertThat(left.exists(PATH.resolve("store.lock"))).isTrue();
            open(left, PATH, StoreOptions.defaults());
        }

        @Test
        void isTakenOnAFullDiskThoughItCannotBeNamed() throws Exception {
            open().close();
            disk.cut(PATH.resolve("store.lock"), 0);
            disk.limitCapacity(1);
            open();
        }
    }

    @Nested
    class AnUncleanStop {

        @Test
        void isKnownToTheNextOpening() throws Exception {
            open();
            disk = disk.crash(Crash.keepNothing());
            StoreDirectory store = open();
            assertThat(store.wasCleanlyClosed()).isFalse();
            store.close();
            assertThat(open().wasCleanlyClosed()).isTrue();
        }

        @Test
        void isMarkedBeforeTheStoreIsOpen() throws Exception {
            open().close();
            disk.add(Fault.in(Operation.SYNC).named("store.state"));
            refused(Reason.IO);
        }

        @Test
        void isAssumedWhenTheMarkIsLost() throws Exception {
            open().close();
            disk.lose(PATH.resolve("store.state"));
            assertThat(open().wasCleanlyClosed()).isFalse();
        }

        @Test
        void staysMarkedWhenAJournalWasNotClosedAsItShouldBe() throws Exception {
            StoreDirectory store = open();
            store.keepUnclean();
            store.close();
            assertThat(open().wasCleanlyClosed()).isFalse();
        }

        @Test
        void onAFullDiskDoesNotKeepTheStoreFromOpening() throws Exception {
            open().close();
            disk.add(Fault.in(Operation.WRITE).named("store.state").as(Effect.NO_SPACE));
            assertThat(open().wasCleanlyClosed()).isTrue();
        }
    }
}
