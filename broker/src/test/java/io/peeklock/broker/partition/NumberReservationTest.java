/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordVisitor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where the record is kept that reserves an entity's numbers. */
class NumberReservationTest extends OnePartition {

    private static final int LARGE_BYTES = 100_000;

    /** What stays in the oldest file keeps all files after it, because those hold the removals of what was in it. */
    @Test
    @Tag("N1")
    void movesOnInTheJournal() throws JournalException {
        send(2 * Fragment.NUMBER_BLOCK + 1, 1);

        movedOn(2 * Fragment.NUMBER_BLOCK + 1);
    }

    /** They fill files while numbers are left. */
    @Test
    @Tag("N1")
    void movesOnWithTheBytesOfLargeMessages() throws JournalException {
        int messages = (int) (Fragment.RECORD_MOVES_AFTER_BYTES / LARGE_BYTES) + 2;

        send(messages, LARGE_BYTES);

        movedOn(messages);
    }

    private void send(int count, int bytes) {
        noted("first", partition.send(ENTITY, message(bytes)));
        run();
        for (int i = 1; i < count; i++) {
            partition.send(ENTITY, message(bytes));
        }
        run();
        partition.close();
        run();
    }

    private void movedOn(int sent) throws JournalException {
        store.compact(0, 1);
        List<Long> messages = new ArrayList<>();
        List<Long> reservations = new ArrayList<>();
        load((id, kind) -> {
            if (kind == RecordKind.ENTITY.id()) {
                reservations.add(id);
            } else if (kind == RecordKind.MESSAGE.id()) {
                messages.add(id);
            }
        });

        assertThat(messages).hasSize(sent);
        assertThat(reservations).hasSize(1);
        assertThat(reservations.get(0)).isGreaterThan(messages.get(1));
    }

    private interface Put {
        void put(long id, int kind);
    }

    private void load(Put found) throws JournalException {
        try (PartitionJournal journal = store.open(0, new JournalWatch(() -> {}))) {
            journal.load(new RecordVisitor() {
                @Override
                public void put(long id, int kind, ByteBuffer body) {
                    found.put(id, kind);
                }

                @Override
                public void replace(long id, int kind, ByteBuffer body) {}

                @Override
                public void remove(long id) {
                    throw new IllegalStateException("compacted, and record " + id + " is removed");
                }
            });
        }
    }
}
