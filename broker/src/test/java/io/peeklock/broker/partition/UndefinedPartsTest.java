/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.LoadReport.Damage;
import io.peeklock.journal.LoadReport.Finding;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Prepared parts with something in an entity that nobody has defined: a journal of definitions that was lost may come back, so
 * nothing of a transaction is done without the rest.
 */
@Tag("X5")
class UndefinedPartsTest extends PartsFixture {

    private List<Delivery> received(long entity) {
        send(entity, message("received"));
        return receive(entity, 1);
    }

    private void closed(long undefined, long highest) {
        close();
        entities.remove(undefined);
        highestEntityId = highest;
    }

    private void assertWaits(UUID part) {
        assertThat(failure(partition.endPart(part, true))).isEqualTo(ErrorCode.PartitionUnavailable);
        assertThat(failure(partition.endPart(part, false))).isEqualTo(ErrorCode.PartitionUnavailable);
        assertThat(failure(partition.endByHand(part, false))).isEqualTo(ErrorCode.PartitionUnavailable);
        assertThat(get(partition.parts())).hasSize(1);
        assertThat(partition.health().findings()).extracting(Finding::damage).contains(Damage.MISSING_RECORD);
    }

    private void comesBack(Map<Long, Partition.Entity> known) {
        close();
        entities.putAll(known);
        highestEntityId = SECOND;
        start();
    }

    @Test
    void waitUntilSomebodyDoes() {
        TransactionWork settles = settles(Settlement.COMPLETE, received(QUEUE));
        UUID part = prepared(
                new TransactionWork(List.of(new Submission(SPLIT, message("sent"))), settles.settlements(), List.of()));
        Map<Long, Partition.Entity> known = Map.copyOf(entities);
        closed(SPLIT, QUEUE);
        start();
        assertWaits(part);
        assertThat(receive(QUEUE, 1)).isEmpty();
        comesBack(known);
        commit(part);
        assertThat(texts(receive(SPLIT, 1))).containsExactly("sent");
    }

    /** Each alone: what it has elsewhere says nothing. */
    @Nested
    class Wait {

        @Test
        void forWhatTheyReceived() {
            UUID part = prepared(settles(Settlement.COMPLETE, received(SPLIT)));
            Map<Long, Partition.Entity> known = Map.copyOf(entities);
            closed(SPLIT, QUEUE);
            start();
            assertWaits(part);
            comesBack(known);
            commit(part);
            assertThat(counters(SPLIT).sizeBytes()).isZero();
        }

        /** Its id was given out, but nothing says that it was deleted. */
        @Test
        void forWhatTheyReceivedOfAnEntityWhoseRecordIsGone() throws JournalException {
            UUID part = prepared(settles(Settlement.COMPLETE, received(QUEUE)));
            closed(QUEUE, SECOND);
            tamper(new Batch().remove(records().ofKind(RecordKind.ENTITY).get(0)));
            assertWaits(part);
        }

        @Test
        @Tag("G6")
        void forTheStateOfASession() {
            TestSubscriber holder = new TestSubscriber(
                            entities.get(SESSIONS).flags().queue().requests(),
                            ReceiveMode.PEEK_LOCK,
                            null,
                            Long.MAX_VALUE)
                    .of(new SessionDemand("a", false));
            partition.subscribe(SESSIONS, false, holder);
            SessionToken session =
                    get(partition.acceptSession(SESSIONS, "a", holder)).token();
            UUID part = prepared(new TransactionWork(
                    List.of(), List.of(), List.of(new StagedSessionState(session, new byte[] {1}))));
            Map<Long, Partition.Entity> known = Map.copyOf(entities);
            closed(SESSIONS, SPLIT);
            start();
            assertWaits(part);
            comesBack(known);
            commit(part);
            assertThat(get(partition.sessions(SESSIONS, null, 9))).hasSize(1);
        }
    }
}
