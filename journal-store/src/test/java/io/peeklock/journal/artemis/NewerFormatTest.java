/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.DIRECTORY;
import static io.peeklock.journal.artemis.JournalFixture.SMALL;
import static io.peeklock.journal.artemis.JournalFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.artemis.ReadRecord.What;
import io.peeklock.journal.disk.DiskFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What a newer version of this program wrote is told from damage, and left as it is.
 *
 * <p>Not thread safe.
 */
final class NewerFormatTest {

    private static final int MARK_SLOT_BYTES = 72;
    private static final int MARK_SLOT_DISTANCE = 4096;
    private static final int ENVELOPE_IN_RECORD = 19;
    private static final int ENVELOPE_HEADER_BYTES = 20;

    private final JournalFixture fixture = new JournalFixture(SMALL.withReserveBytes(0));

    @BeforeEach
    void writeAndClose() throws Exception {
        fixture.open();
        fixture.commit(new Batch().put(1, 1, body("one")));
        fixture.commit(new Batch().put(2, 1, body("")));
        fixture.journal.close();
        try (DiskFile spare = fixture.disk.open(DIRECTORY.resolve(JournalFiles.SPARE + 1), true)) {
            spare.sync();
        }
    }

    @AfterEach
    void close() throws JournalException {
        fixture.close();
    }

    private void assertRefusedAndUntouched() {
        Map<Path, String> before = fixture.faulty().fingerprint();
        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(fixture::open)
                .withMessageContaining("newer")
                .matches(e -> e.reason() == Reason.NEWER_FORMAT);
        assertThat(fixture.faulty().fingerprint()).isEqualTo(before);
    }

    private static int crcOf(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    @Nested
    class AMark {

        @Test
        void isRefused() {
            Path file = DIRECTORY.resolve(MarkFile.NAME);
            byte[] bytes = fixture.faulty().bytes(file);
            for (int at = 0; at <= MARK_SLOT_DISTANCE; at += MARK_SLOT_DISTANCE) {
                byte[] slot = Arrays.copyOfRange(bytes, at, at + MARK_SLOT_BYTES);
                slot[7]++;
                ByteBuffer.wrap(slot).putInt(MARK_SLOT_BYTES - 4, crcOf(Arrays.copyOf(slot, MARK_SLOT_BYTES - 4)));
                fixture.faulty().overwrite(file, at, slot);
            }
            assertRefusedAndUntouched();
        }
    }

    @Nested
    class ARecord {

        @Test
        void isRefused() throws Exception {
            List<ReadRecord> records = new ArrayList<>();
            JournalReader.read(DIRECTORY, fixture.disk, JournalFixture.KEY, JournalFixture.STORE, 0, records::add);
            // Without a body there is no mask.
            ReadRecord record = records.stream()
                    .filter(found -> found.id() == 2 && found.what() == What.PUT)
                    .findFirst()
                    .orElseThrow();
            Path file = DIRECTORY.resolve(record.file());
            int envelope = Math.toIntExact(record.position()) + ENVELOPE_IN_RECORD;
            byte[] header =
                    Arrays.copyOfRange(fixture.faulty().bytes(file), envelope, envelope + ENVELOPE_HEADER_BYTES);
            header[0]++;
            byte[] covered = ByteBuffer.allocate(Long.BYTES + ENVELOPE_HEADER_BYTES)
                    .putLong(2)
                    .put(header)
                    .array();
            fixture.faulty().overwrite(file, envelope, header);
            fixture.faulty()
                    .overwrite(
                            file,
                            envelope + ENVELOPE_HEADER_BYTES,
                            ByteBuffer.allocate(Integer.BYTES)
                                    .putInt(crcOf(covered))
                                    .array());
            assertRefusedAndUntouched();
        }
    }
}
