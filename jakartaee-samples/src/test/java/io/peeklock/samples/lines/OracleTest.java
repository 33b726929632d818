/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.samples.lines.Findings.Counts;
import io.peeklock.samples.lines.Findings.InDoubt;
import io.peeklock.samples.lines.SideLogEntry.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verdicts on side logs into which every kind of failure has been planted.
 *
 * <p>Not thread safe. The input has two lines, in partitions 1 and 2.
 */
final class OracleTest {

    private static final KeyField FIRST_FIELD = new KeyField(1, null);

    @TempDir
    Path directory;

    private final StringBuilder log = new StringBuilder();
    private Path sideLogs;
    private Input input;
    private long stamp;

    @BeforeEach
    void writeInput() throws Exception {
        sideLogs = Files.createDirectory(directory.resolve("side-logs"));
        input = input("one first\ntwo second\n");
    }

    @Nested
    final class Good {

        @Test
        void isEveryLineCompletedOnce() throws Exception {
            completed(1);
            completed(2);
            assertThat(judge().good()).isTrue();
            assertThat(LinesJob.status(judge(), 0)).isZero();
        }

        @Test
        void isARedeliveryThatWasCompletedInTheEnd() throws Exception {
            completed(2);
            note(Kind.RECEIVED, 1);
            note(Kind.RECEIVED, 1);
            completed(1);
            assertThat(judge().good()).isTrue();
        }

        @Test
        void isALineThatWasDeadLettered() throws Exception {
            completed(1);
            note(Kind.RECEIVED, 2);
            note(Kind.DEAD, 2);
            assertThat(judge().good()).isTrue();
        }

        @Test
        void isALineInDoubtThatNeverCameAgain() throws Exception {
            completed(1);
            note(Kind.RECEIVED, 2);
            note(Kind.INTENT, 2);
            assertThat(judge().inDoubt()).containsExactly(new InDoubt(2, false));
            assertThat(judge().good()).isTrue();
        }

        @Test
        void isALineInDoubtThatCameAgainAndWasCompleted() throws Exception {
            completed(1);
            note(Kind.RECEIVED, 2);
            note(Kind.INTENT, 2);
            completed(2);
            assertThat(judge().inDoubt()).containsExactly(new InDoubt(2, true));
            assertThat(judge().good()).isTrue();
        }
    }

    @Nested
    final class Lost {

        @Test
        void isALineThatNobodyReceived() throws Exception {
            completed(1);
            assertThat(judge().lost()).containsExactly(2);
            assertThat(LinesJob.status(judge(), 0)).isNotZero();
        }

        @Test
        void isALineThatWasReceivedAndNeverAcknowledged() throws Exception {
            completed(1);
            note(Kind.RECEIVED, 2);
            assertThat(judge().lost()).containsExactly(2);
            assertThat(LinesJob.status(judge(), 0)).isNotZero();
        }

        @Test
        void isALineInDoubtThatCameAgainAndWasNotAcknowledgedThen() throws Exception {
            completed(1);
            note(Kind.INTENT, 2);
            note(Kind.RECEIVED, 2);
            assertThat(judge().lost()).containsExactly(2);
        }
    }

    @Nested
    final class CompletedTwice {

        @Test
        void isALineWithTwoDones() throws Exception {
            completed(1);
            completed(1);
            completed(2);
            assertThat(judge().completedTwice()).containsExactly(1);
            assertThat(LinesJob.status(judge(), 0)).isNotZero();
        }

        @Test
        void isACompletedLineInTheDeadLetterQueue() throws Exception {
            completed(1);
            completed(2);
            note(Kind.DEAD, 2);
            assertThat(judge().completedTwice()).containsExactly(2);
            assertThat(judge().good()).isFalse();
        }
    }

    @Nested
    final class AlsoBad {

        @Test
        void isALineThatCameBackAfterItWasCompleted() throws Exception {
            completed(1);
            completed(2);
            note(Kind.RECEIVED, 1);
            assertThat(judge().cameBack()).containsExactly(1);
            assertThat(LinesJob.status(judge(), 0)).isNotZero();
        }

        @Test
        void isATextThatIsNotWhatWasSent() throws Exception {
            completed(1);
            note(Kind.RECEIVED, 2, 2, Checksum.of("two  second"));
            note(Kind.INTENT, 2);
            note(Kind.DONE, 2);
            assertThat(judge().changed()).containsExactly(2);
            assertThat(judge().good()).isFalse();
        }

        @Test
        void isALineThatNobodySent() throws Exception {
            completed(1);
            completed(2);
            note(Kind.RECEIVED, 3, 1, 0);
            assertThat(judge().unknown()).containsExactly(3);
            assertThat(judge().good()).isFalse();
        }

        @Test
        void isAKeyInTwoPartitions() throws Exception {
            input = input("one first\none second\n");
            completed(1);
            completed(2);
            assertThat(judge().scatteredKeys()).containsExactly("one");
            assertThat(judge().good()).isFalse();
        }

        @Test
        void isALineThatIsLeftInTheQueue() throws Exception {
            completed(1);
            completed(2);
            assertThat(LinesJob.status(judge(), 1)).isNotZero();
        }
    }

    @Nested
    final class Count {

        @Test
        void isKeptByPartition() throws Exception {
            note(Kind.RECEIVED, 1);
            log.append(new SideLogEntry(Kind.RECEIVED, 1, ++stamp, 2, 1L << 48, checksum(1)).format())
                    .append('\n');
            note(Kind.INTENT, 1);
            note(Kind.DONE, 1);
            note(Kind.RECEIVED, 2);
            note(Kind.DEAD, 2);
            assertThat(judge().partitions())
                    .containsEntry(1, new Counts(1, 2, 1, 1, 0))
                    .containsEntry(2, new Counts(1, 1, 0, 0, 1))
                    .hasSize(2);
            assertThat(judge().total()).isEqualTo(new Counts(2, 3, 1, 1, 1));
        }

        @Test
        void ofALineThatNobodyReceivedIsApart() throws Exception {
            completed(2);
            assertThat(judge().partitions())
                    .containsEntry(Findings.NOWHERE, new Counts(1, 0, 0, 0, 0))
                    .containsEntry(2, new Counts(1, 1, 0, 1, 0))
                    .hasSize(2);
            assertThat(judge().total().sent()).isEqualTo(2);
        }
    }

    private Input input(String text) throws IOException, BadInputException {
        return Input.copy(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), directory.resolve("input.txt"));
    }

    private void completed(int line) {
        note(Kind.RECEIVED, line);
        note(Kind.INTENT, line);
        note(Kind.DONE, line);
    }

    private void note(Kind kind, int line) {
        note(kind, line, line, checksum(line));
    }

    private void note(Kind kind, int line, int partition, int checksum) {
        log.append(new SideLogEntry(kind, line, ++stamp, 1, (long) partition << 48, checksum).format())
                .append('\n');
    }

    private int checksum(int line) {
        try (LineReader reader = input.open()) {
            String text = reader.next();
            return Checksum.of(line == 1 ? text : reader.next());
        } catch (IOException | BadInputException e) {
            throw new IllegalStateException(e);
        }
    }

    private Findings judge() throws IOException, BadInputException {
        Files.writeString(sideLogs.resolve("consumer.log"), log);
        return Oracle.judge(input, FIRST_FIELD, sideLogs);
    }
}
