/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.Batch;
import io.peeklock.journal.LoadedRecords;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordedProgress;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.disk.FaultyDisk;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What the store tool does, prints and answers.
 *
 * <p>Not thread safe.
 */
final class StoreToolTest {

    private static final Path STORE = Path.of("/store");
    private static final StoreOptions OPTIONS =
            StoreOptions.builder().partitions(2).build();

    private final FaultyDisk disk = new FaultyDisk();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        out.reset();
        err.reset();
        return new StoreTool(
                        disk, Clock.systemUTC(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
                .run(List.of(arguments));
    }

    @BeforeEach
    void makeAStore() throws Exception {
        try (ArtemisJournalStore store = ArtemisJournalStore.open(STORE, OPTIONS, disk, Clock.systemUTC())) {
            PartitionJournal journal = store.open(1, new RecordedProgress());
            journal.load(new LoadedRecords());
            journal.append(new Batch()
                    .put(7, 1, RecordBody.of("seven".getBytes(UTF_8)))
                    .durable());
        }
    }

    private void requireSeven(Path path) throws Exception {
        try (ArtemisJournalStore store = ArtemisJournalStore.open(path, OPTIONS, disk, Clock.systemUTC())) {
            LoadedRecords loaded = new LoadedRecords();
            assertThat(store.open(1, new RecordedProgress()).load(loaded).isHealthy())
                    .isTrue();
            assertThat(loaded.get(7).text()).isEqualTo("seven");
        }
    }

    @Nested
    class Commands {

        @Test
        void sayWhereNoBackupIsWhetherThereIsADirectory() {
            assertThat(run("verify", "/nix")).isEqualTo(StoreTool.FAILED);
            assertThat(err.toString(UTF_8)).contains("there is no directory /nix: name that of a backup");
            assertThat(run("verify", "/store")).isEqualTo(StoreTool.FAILED);
            assertThat(err.toString(UTF_8)).contains("/store is not a backup, or one that was cut short");
        }

        @Test
        void backUpVerifyAndRestore() throws Exception {
            assertThat(run("backup", "/store", "/backup")).isEqualTo(StoreTool.DONE);
            assertThat(run("verify", "/backup")).isEqualTo(StoreTool.DONE);
            assertThat(out.toString(UTF_8)).contains("whole", "1 records");
            assertThat(run("restore", "/backup", "/restored")).isEqualTo(StoreTool.DONE);
            assertThat(out.toString(UTF_8)).contains("store ", "/restored");
            assertThat(run("restore", "/backup", "/other", "--same-identity", "--partition", "1=/mnt/two"))
                    .isEqualTo(StoreTool.DONE);
            assertThat(disk.exists(Path.of("/mnt/two/journal.mark"))).isTrue();
            requireSeven(Path.of("/restored"));
            requireSeven(Path.of("/other"));
        }

        @Test
        void ofADamagedBackupSayWhichFile() {
            run("backup", "/store", "/backup");
            disk.flipBit(Path.of("/backup/partition-01/peeklock-1.pjf"), 50, 2);
            assertThat(run("verify", "/backup")).isEqualTo(StoreTool.DAMAGED);
            assertThat(err.toString(UTF_8)).contains("peeklock-1.pjf");
            assertThat(run("restore", "/backup", "/restored")).isEqualTo(StoreTool.DAMAGED);
        }

        @Test
        void thatCannotBeDoneSayWhy() {
            assertThat(run("verify", "/store")).isEqualTo(StoreTool.FAILED);
            assertThat(err.toString(UTF_8)).contains("not a backup");
            assertThat(run("backup", "/nothing", "/backup")).isEqualTo(StoreTool.FAILED);
            assertThat(disk.exists(Path.of("/backup"))).isFalse();
        }

        @Test
        void upgradeWhatIsOld() {
            assertThat(run("upgrade", "/store")).isEqualTo(StoreTool.DONE);
            assertThat(out.toString(UTF_8)).contains("nothing to do");
        }
    }

    @Nested
    class Usage {

        @Test
        void isShown() {
            assertThat(run("--help")).isEqualTo(StoreTool.DONE);
            assertThat(out.toString(UTF_8)).isEqualTo(StoreTool.USAGE_TEXT);
        }

        @Test
        void thatIsWrongIsNamed() {
            assertThat(run()).isEqualTo(StoreTool.USAGE);
            assertThat(run("burn", "/store")).isEqualTo(StoreTool.USAGE);
            assertThat(err.toString(UTF_8)).contains("unknown command burn");
            assertThat(run("restore", "/backup")).isEqualTo(StoreTool.USAGE);
            assertThat(run("restore", "/backup", "/a", "--partition", "x")).isEqualTo(StoreTool.USAGE);
            assertThat(run("verify", "--fast", "/backup")).isEqualTo(StoreTool.USAGE);
            assertThat(run("restore", "/backup", "/x", "--partition", "900=/away"))
                    .isEqualTo(StoreTool.USAGE);
            assertThat(err.toString(UTF_8)).contains("900");
            assertThat(run("restore", "/backup", "/x", "--partition", "0=/away", "--partition", "1=/away"))
                    .isEqualTo(StoreTool.USAGE);
            assertThat(err.toString(UTF_8)).contains("share");
            assertThat(run("restore", "/backup", "/x", "--partition", "0=/away", "--partition", "0=/there"))
                    .isEqualTo(StoreTool.USAGE);
            assertThat(err.toString(UTF_8)).contains("twice");
        }
    }
}
