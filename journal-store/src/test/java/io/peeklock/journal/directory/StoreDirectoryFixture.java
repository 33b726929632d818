/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.disk.DiskFile;
import io.peeklock.journal.disk.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;

/**
 * A simulated disk with stores that a test opens, and closes after it.
 *
 * <p>Not thread safe.
 */
abstract class StoreDirectoryFixture {

    static final Path PATH = Path.of("/var/bus").toAbsolutePath();
    static final Path ELSEWHERE = Path.of("/mnt/d3/bus").toAbsolutePath();
    static final Path HEADER = PATH.resolve("store.properties");
    static final Path COPY = PATH.resolve("store.properties.copy");
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

    private final List<StoreDirectory> opened = new ArrayList<>();
    FaultyDisk disk = new FaultyDisk();

    @AfterEach
    void closeStores() {
        for (StoreDirectory store : opened) {
            try {
                store.close();
            } catch (JournalException e) {
                assertThat(e).hasMessageContaining("closed");
            }
        }
    }

    StoreDirectory open() throws JournalException {
        return open(disk, PATH, StoreOptions.defaults());
    }

    StoreDirectory open(FaultyDisk on, Path path, StoreOptions options) throws JournalException {
        StoreDirectory store = StoreDirectory.open(path, options, on, CLOCK);
        opened.add(store);
        return store;
    }

    ThrowableAssertAlternative<JournalException> refused(Reason reason) {
        return refused(disk, StoreOptions.defaults(), reason);
    }

    ThrowableAssertAlternative<JournalException> refused(FaultyDisk on, StoreOptions options, Reason reason) {
        return assertFails(reason, () -> open(on, PATH, options));
    }

    static ThrowableAssertAlternative<JournalException> assertFails(Reason reason, ThrowingCallable call) {
        return assertThatExceptionOfType(JournalException.class)
                .isThrownBy(call)
                .matches(e -> e.reason() == reason, reason.name());
    }

    void write(Path file, String text) throws IOException {
        try (DiskFile open = disk.open(file, true)) {
            open.truncate(0);
            open.writeFully(ByteBuffer.wrap(text.getBytes(UTF_8)), 0);
            open.sync();
        }
        disk.syncDirectory(file.getParent());
    }
}
