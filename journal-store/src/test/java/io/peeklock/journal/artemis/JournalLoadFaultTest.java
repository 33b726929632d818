/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.DIRECTORY;
import static io.peeklock.journal.artemis.JournalFixture.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.Fault.Effect;
import io.peeklock.journal.disk.Fault.Operation;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A load that is kept from reading files that are well takes none of them for damaged.
 *
 * <p>Not thread safe.
 */
final class JournalLoadFaultTest {

    private final JournalFixture fixture = new JournalFixture(SMALL.withReserveBytes(0));

    @BeforeEach
    void writeAndClose() throws JournalException {
        fixture.open();
        for (int id = 1; id <= 20; id++) {
            fixture.commit(new Batch().put(id, 1, RecordBody.of(new byte[9_000])));
        }
        fixture.journal.close();
    }

    @AfterEach
    void close() throws JournalException {
        fixture.faulty().heal();
        fixture.close();
    }

    private void loadIsRefused(Effect effect, int skip, Reason reason) throws JournalException {
        loadIsRefused(effect, ".pjf", skip, reason);
    }

    private void loadIsRefused(Effect effect, String file, int skip, Reason reason) throws JournalException {
        Map<Path, String> before = fixture.faulty().fingerprint();
        fixture.faulty()
                .add(Fault.in(Operation.OPEN)
                        .of(path -> path.toString().contains(file))
                        .skip(skip)
                        .once()
                        .as(effect));
        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(fixture::open)
                .matches(e -> e.reason() == reason, reason.name());
        assertThat(fixture.faulty().fingerprint()).isEqualTo(before);
        fixture.journal.close();
        fixture.faulty().heal();
        fixture.open();
        assertThat(fixture.loaded).hasSize(20);
        assertThat(fixture.report.findings()).isEmpty();
        assertThat(fixture.disk.isDirectory(DIRECTORY.resolve(JournalFiles.QUARANTINE)))
                .isFalse();
    }

    /** Files are opened to be put in order first, then to be read. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2, 6})
    void aFileThatWeHaveNoRightToIsNotDamaged(int skip) throws JournalException {
        loadIsRefused(Effect.ACCESS_DENIED, skip, Reason.ACCESS_DENIED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 6})
    void aProcessWithTooManyOpenFilesFindsNoDamage(int skip) throws JournalException {
        loadIsRefused(Effect.TOO_MANY_FILES, skip, Reason.IO);
    }

    @ParameterizedTest
    @ValueSource(strings = {MarkFile.NAME, RegisterFile.PREFIX})
    void whatStandsBesideTheFilesIsNotDamagedEither(String file) throws JournalException {
        loadIsRefused(Effect.ACCESS_DENIED, file, 0, Reason.ACCESS_DENIED);
        fixture.journal.close();
        loadIsRefused(Effect.TOO_MANY_FILES, file, 0, Reason.IO);
    }
}
