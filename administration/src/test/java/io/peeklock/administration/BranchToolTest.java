/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.directory.StoreOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an administrator does with prepared branches on the command line. */
@Tag("X5")
class BranchToolTest {
    private static final BranchXid XID = new BranchXid(7, new byte[] {1, 2}, new byte[] {3});
    private static final EntityPath ORDERS = EntityPath.queue("orders");

    @TempDir
    Path directory;

    private String said = "";
    private Instant preparedAt = Instant.EPOCH;

    private Path store() {
        return directory.resolve("store");
    }

    private LocalNamespace open() throws Exception {
        StoreOptions options =
                StoreOptions.builder().partitions(2).fileSizeBytes(1 << 20).build();
        return LocalNamespace.open(ArtemisJournalStore.open(store(), options), NamespaceConfig.defaults());
    }

    @BeforeEach
    void prepareOne() throws Exception {
        try (LocalNamespace bus = open()) {
            bus.createQueue(QueueDescription.of("orders")).join();
            bus.createQueue(QueueDescription.builder("there").homePartition(1).build())
                    .join();
            bus.prepare(XID, List.of(sends(0, ORDERS), sends(1, EntityPath.queue("there"))))
                    .join();
            preparedAt = bus.preparedBranches().join().get(0).preparedAt();
        }
    }

    private static PartitionCommit sends(int partition, EntityPath queue) {
        Message message = Message.builder()
                .body(BodyKind.TEXT, "a".getBytes(StandardCharsets.UTF_8))
                .build();
        return new PartitionCommit(partition, List.of(new OutgoingMessage(queue, message)), List.of());
    }

    private long waiting() throws Exception {
        try (LocalNamespace bus = open()) {
            return bus.counters(ORDERS).join().active();
        }
    }

    private int run(String... words) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Clock later = Clock.fixed(preparedAt.plus(Duration.ofHours(3)), ZoneOffset.UTC);
        int status = new BranchTool(later, print, print).run(List.of(words));
        said = bytes.toString(StandardCharsets.UTF_8);
        return status;
    }

    @Test
    void listsThemWithTheirAge() {
        assertThat(run("list", store().toString())).isEqualTo(BranchTool.DONE);
        assertThat(said)
                .contains("7:0102:03 PREPARED since " + preparedAt + " (PT3H), in partitions [0, 1], decided in 0")
                .contains("2 to send, 0 locked");
    }

    @Test
    void namesTheNodeIdThatABranchOfNarayanaWaitsFor() throws Exception {
        byte[] gtrid = Arrays.copyOf(new byte[] {1}, 33);
        System.arraycopy("app-1".getBytes(StandardCharsets.UTF_8), 0, gtrid, 28, 5);
        BranchXid narayanas = new BranchXid(131077, gtrid, new byte[] {2});
        try (LocalNamespace bus = open()) {
            bus.prepare(narayanas, List.of(sends(0, ORDERS), sends(1, EntityPath.queue("there"))))
                    .join();
        }
        run("list", store().toString());
        assertThat(said).contains(narayanas + " of the node id app-1 PREPARED since");
        try (JournalStore files = ArtemisJournalStore.open(
                store(), StoreOptions.builder().fileSizeBytes(1 << 20).build())) {
            LostRecords.lose(files, 0, LostRecords.BRANCH);
        }
        run("list", store().toString());
        assertThat(said).contains("of branch " + narayanas + " of the node id app-1, decided in 0");
    }

    @Test
    void listsTheLogsOfTransactionManagersAndForgetsOne() throws Exception {
        UUID log = new UUID(1, 2);
        try (LocalNamespace bus = open()) {
            bus.rememberTransactionLog("n1", log).join();
        }
        run("list", store().toString());
        assertThat(said).contains("transaction manager n1 has log " + log);
        assertThat(run("forget-log", store().toString(), "n1")).isEqualTo(BranchTool.DONE);
        assertThat(run("forget-log", store().toString(), "n1")).isEqualTo(BranchTool.NOT_DONE);
        run("list", store().toString());
        assertThat(said).doesNotContain("transaction manager");
    }

    @Nested
    class Ending {
        @Test
        void commitsOneAndRemembersIt() throws Exception {
            assertThat(run("commit", store().toString(), "7:0102:03")).isEqualTo(BranchTool.DONE);
            assertThat(waiting()).isEqualTo(1);
            run("list", store().toString());
            assertThat(said).contains("7:0102:03 HEURISTICALLY_COMMITTED");
            assertThat(run("rollback", store().toString(), "7:0102:03")).isEqualTo(BranchTool.NOT_DONE);
            assertThat(said).contains("HEURISTICALLY_COMMITTED");
            assertThat(run("forget", store().toString(), "7:0102:03")).isEqualTo(BranchTool.DONE);
            run("list", store().toString());
            assertThat(said).isEmpty();
        }

        @Test
        void rollsOneBack() throws Exception {
            assertThat(run("rollback", store().toString(), "7:0102:03")).isEqualTo(BranchTool.DONE);
            assertThat(waiting()).isZero();
            run("list", store().toString());
            assertThat(said).contains("7:0102:03 HEURISTICALLY_ROLLED_BACK");
        }

        @Test
        void findsNoOther() {
            assertThat(run("commit", store().toString(), "7:0102:04")).isEqualTo(BranchTool.NOT_DONE);
            assertThat(said).contains("NOT_FOUND");
        }
    }

    /** Parts of a branch that its coordinator has lost. */
    @Nested
    class EndingParts {
        private String part = "";

        @BeforeEach
        void loseTheBranch() throws Exception {
            try (JournalStore files = ArtemisJournalStore.open(
                    store(), StoreOptions.builder().fileSizeBytes(1 << 20).build())) {
                LostRecords.lose(files, 0, LostRecords.BRANCH);
            }
            assertThat(run("list", store().toString())).isEqualTo(BranchTool.FAILED);
            Matcher line = Pattern.compile("part (\\S+) in partition 1 PREPARED since (\\S+) \\(PT3H\\), of branch"
                            + " 7:0102:03, decided in 0, OUTCOME_LOST: 1 to send, 0 locked")
                    .matcher(said);
            assertThat(line.find()).as(said).isTrue();
            part = line.group(1);
        }

        @Test
        void commitsOneAndRemembersIt() {
            assertThat(run("commit-part", store().toString(), "1", part)).isEqualTo(BranchTool.DONE);
            assertThat(run("list", store().toString())).isEqualTo(BranchTool.DONE);
            assertThat(said)
                    .contains("7:0102:03 HEURISTICALLY_COMMITTED")
                    .contains("part " + part + " in partition 1 HEURISTICALLY_COMMITTED");
            assertThat(run("rollback-part", store().toString(), "1", part)).isEqualTo(BranchTool.NOT_DONE);
            assertThat(said).contains("HEURISTICALLY_COMMITTED");
            assertThat(run("forget-part", store().toString(), "1", part)).isEqualTo(BranchTool.DONE);
            assertThat(run("list", store().toString())).isEqualTo(BranchTool.DONE);
            assertThat(said).isEmpty();
        }

        @Test
        void rollsOneBack() {
            assertThat(run("rollback-part", store().toString(), "1", part)).isEqualTo(BranchTool.DONE);
            run("list", store().toString());
            assertThat(said).contains("7:0102:03 HEURISTICALLY_ROLLED_BACK");
        }

        @Test
        void findsNoOther() {
            String other = "00000000-0000-0001-0000-000000000002";
            assertThat(run("commit-part", store().toString(), "1", other)).isEqualTo(BranchTool.NOT_DONE);
            assertThat(run("commit-part", store().toString(), "7", part)).isEqualTo(BranchTool.FAILED);
        }
    }

    @Nested
    class Refusing {
        @Test
        void aStoreThatIsInUseNamesItsHolder() throws Exception {
            try (LocalNamespace bus = open()) {
                assertThat(bus.partitions()).isEqualTo(2);
                assertThat(run("list", store().toString())).isEqualTo(BranchTool.FAILED);
                assertThat(said).contains(store().getFileName().toString()).contains("in use");
            }
        }

        @Test
        void aDirectoryWithoutAStoreMakesNone() {
            Path none = directory.resolve("none");
            assertThat(run("list", none.toString())).isEqualTo(BranchTool.USAGE);
            assertThat(none).doesNotExist();
        }

        @Test
        void whatIsNotUnderstood() {
            for (List<String> words : List.of(
                    List.<String>of(),
                    List.of("drop", store().toString()),
                    List.of("list"),
                    List.of("commit", store().toString()),
                    List.of("commit", store().toString(), "7:0102"),
                    List.of("commit", store().toString(), "seven:01:02"),
                    List.of("commit-part", store().toString(), "1"),
                    List.of("commit-part", store().toString(), "one", "00000000-0000-0001-0000-000000000002"),
                    List.of("commit-part", store().toString(), "1", "7:0102:03"),
                    List.of("list", store().toString(), "--partition"))) {
                assertThat(run(words.toArray(String[]::new))).as("%s", words).isEqualTo(BranchTool.USAGE);
                assertThat(said).contains("usage:");
            }
        }
    }
}
