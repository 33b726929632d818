/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.runtime.ForwardingJournal;
import io.peeklock.broker.runtime.ForwardingJournalStore;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.PartitionJournal;
import org.junit.jupiter.api.Test;

/** What a drained queue has taken on disk is given back, without a word from anybody and before more is written. */
final class SpaceWatchTest extends OnePartition {
    private static final int BODY_BYTES = 250_000;
    /** More than are worth it. */
    private static final int MESSAGES = (int) (SpaceWatch.WORTHWHILE_BYTES / BODY_BYTES) + 1;

    private int shrinks;

    {
        journals = new ForwardingJournalStore(store) {
            @Override
            public PartitionJournal open(int index, JournalListener listener) throws JournalException {
                return new ForwardingJournal(super.open(index, listener)) {
                    @Override
                    public void shrink() {
                        shrinks++;
                    }
                };
            }
        };
    }

    private void send() {
        partition.send(ENTITY, message(BODY_BYTES));
        run();
    }

    @Test
    void ofADrainedQueueIsGivenBack() {
        for (int i = 0; i < MESSAGES; i++) {
            send();
        }
        assertThat(shrinks).isZero();
        TestSubscriber subscriber = subscriber(ReceiveMode.RECEIVE_AND_DELETE, MESSAGES);
        run();
        assertThat(subscriber.received).hasSize(MESSAGES);
        assertThat(shrinks).isOne();
    }

    /** A journal that is written to gives space back by itself, and keeps files to write them over. */
    @Test
    void isNotAskedForWhileAsMuchIsWritten() {
        TestSubscriber subscriber = subscriber(ReceiveMode.RECEIVE_AND_DELETE, 2 * MESSAGES);
        for (int i = 0; i < 2 * MESSAGES; i++) {
            send();
        }
        assertThat(subscriber.received).hasSize(2 * MESSAGES);
        assertThat(shrinks).isZero();
    }
}
