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

    /** What stays in the oldest file keeps all files after it, because those hold the removals of what was in it. */
    @Test
    @Tag("N1")
    void movesOnInTheJournal() throws JournalException {
        noted("first", partition.send(ENTITY, message(1)));
        run();
        for (int i = 0; i < 2 * Fragment.NUMBER_BLOCK; i++) {
            partition.send(ENTITY, message(1));
        }
        run();
        partition.close();
        run();
        store.compact(0, 1);

        List<Long> messages = new ArrayList<>();
        List<Long> reservations = new ArrayList<>();
        load((id, kind) -> (kind == RecordKind.ENTITY.id() ? reservations : messages).add(id));

        assertThat(messages).hasSize(2 * Fragment.NUMBER_BLOCK + 1);
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
