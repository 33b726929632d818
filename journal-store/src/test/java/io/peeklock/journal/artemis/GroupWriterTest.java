/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.RecordedProgress;
import io.peeklock.journal.disk.FaultyDisk;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a writer does behind the journal's back.
 *
 * <p>Not thread safe.
 */
@Timeout(30)
final class GroupWriterTest {

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final RecordedProgress heard = new RecordedProgress();
    private final GroupWriter writer = new GroupWriter(
            JournalPlace.of(
                    JournalFixture.DIRECTORY,
                    new FaultyDisk(),
                    JournalFixture.KEY,
                    JournalFixture.STORE,
                    0,
                    pool,
                    JournalFixture.SMALL),
            heard,
            Mark.NOTHING);

    @AfterEach
    void endThreads() throws InterruptedException {
        pool.shutdown();
        assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    @Nested
    class AfterItsStop {

        @Test
        void tellsNobodyOfALateFailure() throws InterruptedException {
            writer.stop();
            writer.fail("a file could not be filled", new IOException("Input/output error"));
            pool.shutdown();
            assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            assertThat(heard.failure()).isNull();
            assertThat(writer.failure()).isInstanceOf(JournalException.class);
        }

        @Test
        void refusesInsteadOfWaitingForAFlusherThatWillNotCome() {
            writer.stop();
            assertThatThrownBy(writer::syncAndMark).hasMessageContaining("closed");
        }
    }
}
