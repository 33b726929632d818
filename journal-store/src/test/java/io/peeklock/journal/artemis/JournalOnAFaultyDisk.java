/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.SMALL;
import static io.peeklock.journal.artemis.JournalFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.FaultyDisk;
import org.junit.jupiter.api.AfterEach;

/**
 * A journal on a disk that may lose its power.
 *
 * <p>Not thread safe.
 */
abstract class JournalOnAFaultyDisk {

    JournalFixture fixture = new JournalFixture(SMALL);

    @AfterEach
    void close() throws JournalException {
        try {
            fixture.close();
        } catch (JournalException e) {
            assertThat(e).hasMessageContaining("power is off");
        }
    }

    void openWithOneRecord() throws JournalException {
        fixture.open();
        fixture.commit(new Batch().put(1, 1, body("one")));
    }

    void crash(Crash crash) throws JournalException {
        FaultyDisk left = fixture.faulty().crash(crash);
        try {
            fixture.journal.close();
        } catch (JournalException e) {
            assertThat(e).hasMessageContaining("power is off");
        }
        fixture.disk = left;
        fixture.open();
    }
}
