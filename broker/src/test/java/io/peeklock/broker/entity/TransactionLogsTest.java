/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Logs of transaction managers among the definitions, and what becomes of them with their journal. */
@Tag("X5")
class TransactionLogsTest extends DefinitionsFixture {
    private static final UUID FIRST = new UUID(1, 1);
    private static final UUID SECOND = new UUID(2, 2);

    private TransactionLogs logs;

    @BeforeEach
    void look() {
        logs = new TransactionLogs(definitions);
    }

    private void restarted() throws JournalException {
        restart();
        look();
    }

    @Nested
    class Remembering {

        @Test
        void keepsTheFirstOfEachNode() throws JournalException {
            assertThat(logs.remember("n1", FIRST).join()).isEqualTo(FIRST);
            assertThat(logs.remember("n2", SECOND).join()).isEqualTo(SECOND);
            assertThat(logs.remember("n1", SECOND).join()).isEqualTo(FIRST);
            restarted();
            assertThat(logs.list()).isEqualTo(Map.of("n1", FIRST, "n2", SECOND));
            assertThat(logs.remember("n1", SECOND).join()).isEqualTo(FIRST);
            assertThat(definitions.readOnlyReason()).isEmpty();
        }

        @Test
        void writesNothingForOneThatIsKnown() throws JournalException {
            logs.remember("n1", FIRST).join();
            store.failNext(HeldJournalStore.Failure.BEFORE_WRITING);
            refused(definitions.create(ORDERS), ErrorCode.OutcomeUnknown);
            assertThat(logs.remember("n1", FIRST).join()).isEqualTo(FIRST);
            refused(logs.remember("n2", FIRST), ErrorCode.PartitionUnavailable);
        }

        @Test
        void usesAnIdOfItsOwn() throws JournalException {
            logs.remember("n1", FIRST).join();
            EntityDefinition entity = create("orders");
            restarted();
            assertThat(definitions.find(EntityPath.queue("orders"))).contains(entity);
            assertThat(logs.list()).containsOnlyKeys("n1");
        }

        @Test
        void isRefusedForWhatIsNoNodeId() {
            refused(logs.remember("", FIRST), ErrorCode.InvalidOperation);
        }

        @Test
        void isLimited() {
            IntStream.range(0, TransactionLogs.MAX)
                    .forEach(each -> logs.remember("n" + each, FIRST).join());
            refused(logs.remember("more", FIRST), ErrorCode.QuotaExceeded).hasMessageContaining("forget");
            logs.forget("n0").join();
            assertThat(logs.remember("more", FIRST).join()).isEqualTo(FIRST);
        }
    }

    @Nested
    class Forgetting {

        @Test
        void makesRoomForTheNext() throws JournalException {
            logs.remember("n1", FIRST).join();
            assertThat(logs.forget("n1").join()).isTrue();
            assertThat(logs.forget("n1").join()).isFalse();
            restarted();
            assertThat(logs.list()).isEmpty();
            assertThat(definitions.readOnlyReason()).isEmpty();
            assertThat(logs.remember("n1", SECOND).join()).isEqualTo(SECOND);
        }
    }

    @Nested
    class Losing {

        @Test
        void aRecordMakesTheDefinitionsReadOnly() throws JournalException {
            create("orders");
            logs.remember("n1", FIRST).join();
            long id = definitions.current().logs().values().iterator().next().id();
            definitions.close();
            append(new Batch().remove(id).durable());
            definitions = open();
            look();
            assertThat(definitions.readOnlyReason()).isPresent();
            refused(logs.remember("n1", SECOND), ErrorCode.InvalidOperation);
        }

        @Test
        void theJournalLeavesWhatItHolds() {
            store.failNext(HeldJournalStore.Failure.AFTER_WRITING);
            refused(logs.remember("n1", FIRST), ErrorCode.OutcomeUnknown);
            assertThat(logs.list()).isEmpty();
            definitions.reopen().join();
            assertThat(logs.list()).isEqualTo(Map.of("n1", FIRST));
            store.failNext(HeldJournalStore.Failure.BEFORE_WRITING);
            refused(logs.forget("n1"), ErrorCode.OutcomeUnknown);
            definitions.reopen().join();
            assertThat(logs.list()).isEqualTo(Map.of("n1", FIRST));
        }
    }

    @Test
    void areShownByTheInspector() {
        byte[] record = new TransactionLogDefinition(9, "n1", FIRST).encode();
        assertThat(new DefinitionRecordDescriber()
                        .describe(DefinitionRecord.TRANSACTION_LOG.kind(), ByteBuffer.wrap(record)))
                .isEqualTo("transaction manager 'n1' has log " + FIRST);
    }
}
