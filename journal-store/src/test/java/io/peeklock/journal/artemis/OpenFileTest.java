/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.FaultyDisk;
import io.peeklock.journal.disk.Gate;
import java.io.IOException;
import java.lang.Thread.State;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A journal file with a flusher that writes and another thread that fills ahead of it.
 *
 * <p>Not thread safe.
 */
@Timeout(30)
final class OpenFileTest {

    private static final Path FILE = Path.of("/file");
    private static final int STEP = 4096;

    private final FaultyDisk disk = new FaultyDisk();
    private OpenFile file;

    @BeforeEach
    void open() throws IOException {
        file = new OpenFile(disk.open(FILE, true), 1 << 20, closed -> {});
        OpenFile.zeros(file.file(), 0, STEP);
        file.close();
        file = new OpenFile(disk.open(FILE, true), 1 << 20, closed -> {});
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    /** A system tells of a write that failed only once. */
    @Nested
    class AWriteErrorThatTheSystemTellsOfOnce {

        @BeforeEach
        void tellOnce() {
            disk.add(Fault.in(Operation.SYNC).once());
        }

        @Test
        void isNotForgottenWhenTheFillingThreadHeardOfIt() {
            assertThat(file.needsFill(STEP, STEP)).isTrue();
            assertThatThrownBy(() -> file.fill(STEP)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> file.sync()).hasMessageContaining("earlier sync failed");
        }

        @Test
        void isToldToBothWhenTheySyncAtTheSameTime() throws Exception {
            assertThat(file.needsFill(STEP, STEP)).isTrue();
            FutureTask<Boolean> fill = failing(() -> {
                file.fill(STEP);
                return true;
            });
            FutureTask<Boolean> sync = failing(() -> {
                file.sync();
                return true;
            });
            try (Gate gate = disk.hold(Operation.SYNC, path -> true)) {
                start(fill);
                await().until(() -> gate.waiting() == 1);
                Thread flusher = start(sync);
                await().until(() -> flusher.getState() == State.WAITING);
                gate.open();
            }
            assertThat(fill.get()).as("filled").isFalse();
            assertThat(sync.get()).as("synced").isFalse();
        }

        private FutureTask<Boolean> failing(Callable<Boolean> work) {
            return new FutureTask<>(() -> {
                try {
                    return work.call();
                } catch (IOException e) {
                    return false;
                }
            });
        }

        private Thread start(Runnable work) {
            Thread thread = new Thread(work);
            thread.start();
            return thread;
        }
    }
}
