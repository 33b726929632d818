/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.LoadedRecords;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordedProgress;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.Fault.Effect;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.FaultyDisk;
import io.peeklock.journal.disk.FileSystemDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The inspector on stores that are healthy, damaged, open and strange.
 *
 * <p>Not thread safe.
 */
final class InspectorTest {

    private static final Path STORE = Path.of("/var/bus").toAbsolutePath();
    private static final StoreOptions OPTIONS = StoreOptions.builder()
            .partitions(4)
            .fileSizeBytes(256 * 1024)
            .holder("orders of shop-1")
            .build();
    static final RecordDescriber DESCRIBER = new RecordDescriber() {
        @Override
        public boolean knows(int journal) {
            return journal >= 0;
        }

        @Override
        public String name(int kind) {
            return kind == 7 ? "message" : "";
        }

        @Override
        public String describe(int kind, ByteBuffer body) {
            return kind == 7 ? "<" + UTF_8.decode(body) + ">" : "";
        }
    };

    private FaultyDisk disk = new FaultyDisk();
    private String output = "";
    private String errors = "";

    private int inspect(Disk on, Path store, String... options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = new Inspector(
                        on,
                        new RecordNames(List.of(DESCRIBER)),
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8))
                .run(Stream.concat(Arrays.stream(options), Stream.of(store.toString()))
                        .toList());
        output = out.toString(UTF_8);
        errors = err.toString(UTF_8);
        return exitCode;
    }

    private int inspect(String... options) {
        return inspect(disk, STORE, options);
    }

    private static JournalStore open(Disk on, Path path) throws Exception {
        return ArtemisJournalStore.open(path, OPTIONS, on, Clock.systemUTC());
    }

    private static PartitionJournal fill(JournalStore store) throws Exception {
        PartitionJournal journal = store.open(2, new RecordedProgress());
        journal.load(new LoadedRecords());
        append(journal, new Batch().put(1, 7, body("secret one")).put(2, 7, body("secret two")));
        append(journal, new Batch().replace(1, 8, body("state 1")));
        append(journal, new Batch().replace(1, 8, body("state 2")).put(3, 9, body("third")));
        append(journal, new Batch().remove(2));
        return journal;
    }

    private static void append(PartitionJournal journal, Batch batch) throws Exception {
        long index = journal.append(batch.durable());
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> journal.durableIndex() >= index);
    }

    private static RecordBody body(String text) {
        return RecordBody.of(text.getBytes(UTF_8));
    }

    private void createStore() throws Exception {
        try (JournalStore store = open(disk, STORE)) {
            fill(store).close();
        }
    }

    private Path dataFile() throws IOException {
        Path directory = STORE.resolve("partition-02");
        return directory.resolve(disk.list(directory).stream()
                .filter(name -> name.endsWith(".pjf"))
                .findFirst()
                .orElseThrow());
    }

    private int positionOf(String what, long id) {
        assertThat(inspect("--partition", "2")).isZero();
        return output.lines()
                .map(line -> line.strip().split(" +"))
                .filter(row -> row.length > 6
                        && row[2].equals(what)
                        // A kind may have a name behind its number, so the id is counted from the end.
                        && row[row.length - 5].equals(Long.toString(id)))
                .mapToInt(row -> Integer.parseInt(row[1]))
                .findFirst()
                .orElseThrow();
    }

    @Nested
    class AHealthyStore {

        @Test
        void isShownWithItsHeaderAndTotals() throws Exception {
            createStore();
            assertThat(inspect()).isEqualTo(Inspector.HEALTHY);
            assertThat(output)
                    .contains("partitions  4, of which 1 were ever written")
                    .contains("state       closed")
                    .contains("orders of shop-1")
                    .contains("partition 2 in " + STORE.resolve("partition-02"))
                    .contains("2 live records, highest id 3, in 1 file, closed, healthy")
                    .containsPattern("live of kind 7 message +1 row +10 bytes")
                    .contains("live rows that are newest states of other live rows: 1")
                    .endsWith("result      healthy: 2 live records in 1 journal" + System.lineSeparator())
                    .doesNotContain("position");
            assertThat(errors).isEmpty();
        }

        @Test
        void isListedRecordByRecord() throws Exception {
            createStore();
            assertThat(inspect("--records")).isEqualTo(Inspector.HEALTHY);
            assertThat(output)
                    .containsPattern("put +7 message +1 +\\d+ +\\d+ +10 +live")
                    .containsPattern("put +7 message +2 +\\d+ +\\d+ +10 +removed")
                    .containsPattern("replace +8 +1 +\\d+ +\\d+ +7 +replaced")
                    .containsPattern("replace +8 +1 +\\d+ +\\d+ +7 +live")
                    .containsPattern("put +9 +3 +\\d+ +\\d+ +5 +live")
                    .containsPattern("head +- ");
        }

        @Test
        void showsNoBodiesUnlessAsked() throws Exception {
            createStore();
            inspect("--records");
            assertThat(output).doesNotContain("secret").doesNotContain("736563726574");
            assertThat(inspect("--records", "--bodies")).isZero();
            assertThat(output).contains("<secret one>").contains("7468697264");
            assertThat(errors).contains("may be secret");
            inspect("--records", "--bodies", "--hex");
            assertThat(output).contains("736563726574206f6e65").doesNotContain("<secret one>");
        }

        @Test
        void neverShowsItsKey() throws Exception {
            createStore();
            String header = new String(disk.bytes(STORE.resolve("store.properties")), UTF_8);
            String key = header.substring(header.indexOf("key=") + 4).substring(0, 64);
            inspect("--records", "--bodies", "--hex");
            assertThat(output + errors).doesNotContain(key);
        }

        @Test
        void isListedAsFarAsTheLimit() throws Exception {
            createStore();
            inspect("--records", "--limit", "2");
            assertThat(output.lines().filter(line -> line.contains(".pjf"))).hasSize(2);
            assertThat(output).containsPattern("and \\d+ more rows").contains("2 live records");
        }

        @Test
        void showsAPartitionThatWasNeverWritten() throws Exception {
            createStore();
            assertThat(inspect("--partition", "1")).isZero();
            assertThat(output).contains("was never written");
            assertThat(inspect("--partition", "definitions")).isZero();
            assertThat(output).contains("definitions in");
        }
    }

    @Nested
    class AStoreInUse {

        @Test
        void isReadAndNotDisturbed() throws Exception {
            try (JournalStore store = open(disk, STORE)) {
                PartitionJournal journal = fill(store);
                long changes = disk.changes();
                assertThat(inspect("--records")).isEqualTo(Inspector.HEALTHY);
                assertThat(output)
                        .contains("in use, or not closed")
                        .contains("process " + ProcessHandle.current().pid())
                        .contains("2 live records");
                assertThat(disk.calls(Operation.LOCK))
                        .as("the lock is left alone")
                        .isEqualTo(1);
                append(journal, new Batch().put(4, 7, body("more")));
                assertThat(disk.changes()).isGreaterThan(changes);
                assertThat(inspect()).isZero();
                assertThat(output).contains("3 live records");
            }
        }

        @Test
        void andKilledIsStillHealthy() throws Exception {
            JournalStore store = open(disk, STORE);
            fill(store);
            FaultyDisk left = disk.crash(Crash.keepNothing());
            try {
                store.close();
            } catch (JournalException e) {
                assertThat(e).hasMessageContaining("power");
            }
            assertThat(inspect(left, STORE)).isZero();
            assertThat(output).contains("2 live records").contains("not closed");
        }

        @Test
        void changesNothingOnRealFilesNotEvenTheirTimes(@TempDir Path directory) throws Exception {
            Disk real = new FileSystemDisk();
            try (JournalStore store = open(real, directory)) {
                fill(store);
                // The mark may still be written behind the last batch.
                await().pollInterval(Duration.ofMillis(400)).until(() -> {
                    Map<String, String> before = filesOf(directory);
                    inspect(real, directory, "--records");
                    return filesOf(directory).equals(before);
                });
            }
            Map<String, String> closed = filesOf(directory);
            assertThat(inspect(real, directory, "--records", "--bodies")).isZero();
            assertThat(filesOf(directory)).isEqualTo(closed);
        }

        private static Map<String, String> filesOf(Path directory) throws IOException {
            Map<String, String> files = new TreeMap<>();
            try (Stream<Path> paths = Files.walk(directory)) {
                for (Path path : paths.toList()) {
                    String content = Files.isRegularFile(path) ? " " + Arrays.hashCode(Files.readAllBytes(path)) : "";
                    files.put(path.toString(), Files.getLastModifiedTime(path) + content);
                }
            }
            return files;
        }
    }

    @Nested
    class ADamagedStore {

        @Test
        void isReportedByRecordAndNotRepaired() throws Exception {
            createStore();
            disk.flipBit(dataFile(), positionOf("put", 3) + 40, 2);
            Map<Path, String> before = disk.fingerprint();
            assertThat(inspect()).isEqualTo(Inspector.DAMAGED);
            assertThat(output)
                    .contains("CORRUPT_RECORD record 3 (" + dataFile().getFileName() + " at ")
                    .contains("1 live record, ")
                    .contains("result      DAMAGED, see above: 1 live record in 1 journal");
            assertThat(disk.fingerprint()).isEqualTo(before);
            assertThat(inspect()).as("it says so again").isEqualTo(Inspector.DAMAGED);
        }

        @Test
        void withoutAFileIsReported() throws Exception {
            createStore();
            disk.lose(dataFile());
            assertThat(inspect()).isEqualTo(Inspector.DAMAGED);
        }

        @Test
        void withAZeroedPageIsReported() throws Exception {
            createStore();
            disk.zero(dataFile(), 0, 4096);
            assertThat(inspect()).isEqualTo(Inspector.DAMAGED);
        }

        @Test
        void withADamagedHeaderIsReadByTheCopy() throws Exception {
            createStore();
            disk.flipBit(STORE.resolve("store.properties"), 100, 3);
            assertThat(inspect()).isEqualTo(Inspector.DAMAGED);
            assertThat(output).contains("DAMAGED: store.properties is damaged").contains("2 live records");
            disk.flipBit(STORE.resolve("store.properties.copy"), 100, 3);
            assertThat(inspect()).isEqualTo(Inspector.DAMAGED);
            assertThat(errors).contains("backup");
        }

        @Test
        void survivesAnyFlippedBitOfAFile() throws Exception {
            createStore();
            Path file = dataFile();
            int used = positionOf("put", 3) + 100;
            for (int at = 0; at < used; at += 11) {
                disk.flipBit(file, at, at % 8);
                assertThat(inspect("--records", "--bodies")).isIn(Inspector.HEALTHY, Inspector.DAMAGED);
                disk.flipBit(file, at, at % 8);
            }
            assertThat(inspect()).isZero();
        }
    }

    @Nested
    class WhatCannotBeRead {

        @Test
        void isSaid() throws Exception {
            assertThat(inspect()).isEqualTo(Inspector.UNREADABLE);
            assertThat(errors).contains("is not there");
            disk.createDirectories(STORE);
            assertThat(inspect()).isEqualTo(Inspector.UNREADABLE);
            assertThat(errors).contains("not a store");
            createStore();
            disk.add(Fault.in(Operation.OPEN, Operation.LIST).as(Effect.ACCESS_DENIED));
            assertThat(inspect()).isEqualTo(Inspector.UNREADABLE);
            assertThat(errors).contains("no right");
        }

        @Test
        void ofOnePartitionDoesNotHideTheOthers() throws Exception {
            try (JournalStore store = open(disk, STORE)) {
                fill(store).close();
                PartitionJournal other = store.open(0, new RecordedProgress());
                other.load(new LoadedRecords());
                append(other, new Batch().put(1, 7, body("x")));
                other.close();
            }
            disk.lose(STORE.resolve("partition-00"));
            assertThat(inspect()).isEqualTo(Inspector.UNREADABLE);
            assertThat(output).contains("partition 0: its directory").contains("2 live records");
        }
    }

    @Nested
    class Usage {

        @Test
        void isShownOnRequest() {
            assertThat(inspect("--help")).isZero();
            assertThat(output).contains("usage:").contains("exit code");
        }

        @Test
        void namesThePartitionsThereAre() throws Exception {
            createStore();
            assertThat(inspect("--partition", "4")).isEqualTo(Inspector.USAGE);
            assertThat(errors).contains("partitions 0 to 3");
        }
    }
}
