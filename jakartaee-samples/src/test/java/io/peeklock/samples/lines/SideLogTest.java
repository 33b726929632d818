/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.samples.lines.SideLogEntry.Kind;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Side logs, written and read again.
 *
 * <p>Not thread safe.
 */
final class SideLogTest {

    private static final long SEQUENCE_NUMBER = (5L << 48) + 17;

    @TempDir
    Path directory;

    @Nested
    final class Write {

        @Test
        void isReadAgainAsItWas() throws IOException {
            ReceivedLine line = new ReceivedLine(12, false, 3, SEQUENCE_NUMBER, -99);
            AtomicLong stamps = SideLog.stampsOfRun(1);
            long first = stamps.get() + 1;
            try (SideLog log = SideLog.create(directory, "a", stamps)) {
                log.received(line);
                log.intent(line);
                log.done(line);
                log.dead(line);
            }
            assertThat(entries())
                    .containsExactly(
                            new SideLogEntry(Kind.RECEIVED, 12, first, 3, SEQUENCE_NUMBER, -99),
                            new SideLogEntry(Kind.INTENT, 12, first + 1, 3, SEQUENCE_NUMBER, -99),
                            new SideLogEntry(Kind.DONE, 12, first + 2, 3, SEQUENCE_NUMBER, -99),
                            new SideLogEntry(Kind.DEAD, 12, first + 3, 3, SEQUENCE_NUMBER, -99))
                    .allMatch(entry -> entry.partition() == 5);
        }

        @Test
        void neverGoesOnInAnExistingLog() throws IOException {
            SideLog.create(directory, "a", SideLog.stampsOfRun(1)).close();
            assertThatThrownBy(() -> SideLog.create(directory, "a", SideLog.stampsOfRun(1)))
                    .isInstanceOf(FileAlreadyExistsException.class);
        }

        @Test
        void stampsALaterProcessHigher() throws IOException {
            ReceivedLine line = new ReceivedLine(1, false, 1, SEQUENCE_NUMBER, 0);
            try (SideLog second = SideLog.create(directory, "b", SideLog.stampsOfRun(2));
                    SideLog first = SideLog.create(directory, "c", SideLog.stampsOfRun(1))) {
                second.received(line);
                first.received(line);
            }
            List<SideLogEntry> entries = entries();
            assertThat(entries.get(0).stamp()).isGreaterThan(entries.get(1).stamp());
        }
    }

    @Nested
    final class Read {

        @Test
        void takesEveryLogOfTheDirectory() throws IOException {
            write("a.log", "RECEIVED 1 1 1 1 1\n");
            write("b.log", "RECEIVED 2 2 1 1 1\n");
            write("other", "something else");
            assertThat(entries()).extracting(SideLogEntry::line).containsExactly(1, 2);
        }

        @Test
        void leavesOutTheHalfEntryOfAKilledProcess() throws IOException {
            write("a.log", "INTENT 1 1 1 1 1\nDONE 1 2 1 1 1");
            assertThat(entries()).extracting(SideLogEntry::kind).containsExactly(Kind.INTENT);
        }

        @Test
        void takesAnEmptyLog() throws IOException {
            write("a.log", "");
            assertThat(entries()).isEmpty();
        }

        @Test
        void refusesADamagedLog() throws IOException {
            write("a.log", "INTENT 1 1 1 1 1\nDO 1 2 1 1 1\nINTENT 2 3 1 1 1\n");
            assertThatThrownBy(SideLogTest.this::entries)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("a.log");
        }
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text, StandardOpenOption.CREATE_NEW);
    }

    private List<SideLogEntry> entries() throws IOException {
        List<SideLogEntry> entries = new ArrayList<>();
        SideLogReader.read(directory, entries::add);
        return entries;
    }
}
