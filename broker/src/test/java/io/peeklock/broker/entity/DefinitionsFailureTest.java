/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.RecordBody;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Definitions whose journal is damaged or fails, and their end.
 *
 * <p>One thread, which is the executor too, but for one test.
 */
final class DefinitionsFailureTest extends DefinitionsFixture {

    @Nested
    class Opening {

        @Test
        @Tag("W5")
        void refusesNamesThatDifferInCaseOnlyWhereThatDoesNotCount() throws JournalException {
            create("orders");
            create("Orders");

            assertThatThrownBy(() -> restartWith(EntityLimits.AZURE))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining("have one name when case does not count");
            restartWith(EntityLimits.JMS);
            assertThat(definitions.list()).hasSize(2);
        }

        @Test
        void ofADamagedJournalIsReadOnly() throws JournalException {
            create("orders");
            store.damage();
            restart();

            assertThat(definitions.find(EntityPath.queue("orders"))).isPresent();
            assertThat(definitions.readOnlyReason())
                    .hasValueSatisfying(reason -> assertThat(reason)
                            .contains("CORRUPT_RECORD of record 7 at file 1, position 4711: checksum does not match"));
            int batches = store.batches();
            refused(definitions.create(QueueDescription.of("q")), ErrorCode.InvalidOperation)
                    .hasMessageContaining("until the store is repaired");
            refused(definitions.update(ORDERS), ErrorCode.InvalidOperation);
            refused(definitions.delete(EntityPath.queue("orders")), ErrorCode.InvalidOperation);
            assertThat(store.batches()).isEqualTo(batches);
        }

        @Test
        void ofADamagedJournalCallsNoEntityDeleted() throws JournalException {
            long deleted = create("deleted").id();
            definitions.delete(EntityPath.queue("deleted")).join();
            restart();
            assertThat(definitions.highestId()).isGreaterThanOrEqualTo(deleted);

            store.damage();
            restart();
            assertThat(definitions.highestId()).isZero();
        }

        /** The load that finds a loss reports it once; its messages must not be taken for those of a deleted queue later. */
        @Test
        void staysReadOnlyAtLaterLoadsAsLongAsAnEntityIsMissing() throws JournalException {
            long lost = create("lost").id();
            create("kept");
            definitions.close();
            append(new Batch().remove(lost));
            definitions = open();

            assertThat(definitions.find(EntityPath.queue("kept"))).isPresent();
            assertThat(definitions.highestId()).isZero();
            refused(definitions.create(ORDERS), ErrorCode.InvalidOperation)
                    .hasMessageContaining("2 entities, rules and policies should be there, and there are 1");
        }

        @Test
        void staysReadOnlyAtLaterLoadsIfEverythingIsMissing() throws JournalException {
            create("lost");
            definitions.close();
            append(new Batch().remove(1).remove(2));
            append(0, new Batch().put(1, 1, RecordBody.of(new byte[1])));
            definitions = open();

            assertThat(definitions.highestId()).isZero();
            refused(definitions.create(ORDERS), ErrorCode.InvalidOperation)
                    .hasMessageContaining("the record that says how many entities there are is missing");
        }

        /** Its id was given out, and nothing says that it was deleted. */
        @Test
        void callsNoEntityDeletedWhoseCreationIsLost() throws JournalException {
            create("orders");
            definitions.close();
            append(new Batch().put(5, DefinitionRecord.DEFINITION.kind(), RecordBody.of(new byte[1])));
            append(new Batch().remove(5));
            definitions = open();

            assertThat(definitions.highestId()).isLessThan(5);
            assertThat(definitions.create(QueueDescription.of("next")).join().id())
                    .isGreaterThan(5);
        }

        @Test
        void setsAsideWhatItCannotRead() throws JournalException {
            create("orders");
            definitions.close();
            append(new Batch()
                    .put(100, DefinitionRecord.DEFINITION.kind(), RecordBody.of(new byte[] {9, 9}))
                    .put(101, 77, RecordBody.of(new byte[3]))
                    .put(102, DefinitionRecord.DEFINITION.kind(), new EntityDefinition(5, 1, ORDERS).toRecord()));
            definitions = open();

            assertThat(definitions.list()).extracting(EntityDefinition::name).containsExactly("orders");
            assertThat(store.quarantined())
                    .containsExactly(
                            "definition-100 of 2 bytes", "definition-101 of 3 bytes", "definition-102 of 59 bytes");
            assertThat(definitions.readOnlyReason())
                    .hasValueSatisfying(
                            reason -> assertThat(reason).contains("3 findings", "quarantine/definition-100"));
        }
    }

    @Nested
    class Failing {

        @Test
        void leavesTheOutcomeUnknownAndNothingToBeChanged() {
            store.failNext(HeldJournalStore.Failure.BEFORE_WRITING);

            refused(definitions.create(ORDERS), ErrorCode.OutcomeUnknown).hasMessageContaining("the disk is on fire");
            assertThat(definitions.find(EntityPath.queue("orders"))).isEmpty();
            refused(definitions.create(ORDERS), ErrorCode.PartitionUnavailable);
            assertThat(definitions.readOnlyReason()).isPresent();
        }

        @Test
        void isOverAfterReopeningAndWhatHappenedIsTold() {
            create("gone");
            create("kept");
            listener.told();
            store.failNext(HeldJournalStore.Failure.AFTER_WRITING);
            refused(definitions.delete(EntityPath.queue("gone")), ErrorCode.OutcomeUnknown);
            assertThat(definitions.find(EntityPath.queue("gone"))).isPresent();

            assertThat(definitions.reopen()).isCompleted();
            assertThat(listener.told()).containsExactly("deleted gone 1");
            assertThat(definitions.list()).extracting(EntityDefinition::name).containsExactly("kept");
            assertThat(definitions.readOnlyReason()).isEmpty();
        }

        @Test
        void isOverAfterReopeningAndWhatDidNotHappenCanBeDone() {
            store.failNext(HeldJournalStore.Failure.BEFORE_WRITING);
            refused(definitions.create(ORDERS), ErrorCode.OutcomeUnknown);

            assertThat(definitions.reopen()).isCompleted();
            assertThat(listener.told()).isEmpty();
            assertThat(definitions.create(ORDERS)).isCompleted();
        }

        @Test
        void staysReadOnlyWithWhatIsKnownIfTheJournalComesBackDamaged() {
            create("orders");
            store.failNext(HeldJournalStore.Failure.BEFORE_WRITING);
            refused(definitions.delete(EntityPath.queue("orders")), ErrorCode.OutcomeUnknown);
            store.damage();

            assertThat(definitions.reopen()).isCompleted();
            assertThat(definitions.find(EntityPath.queue("orders"))).isPresent();
            refused(definitions.delete(EntityPath.queue("orders")), ErrorCode.InvalidOperation);
        }
    }

    @Nested
    class Closing {

        @Test
        void refusesChangesAndKeepsLookups() throws JournalException {
            create("orders");
            definitions.close();
            definitions.close();

            refused(definitions.create(QueueDescription.of("q")), ErrorCode.Closed);
            refused(definitions.reopen(), ErrorCode.Closed);
            assertThat(definitions.find(EntityPath.queue("orders"))).isPresent();
        }

        @Test
        void letsTheChangeUnderWayBecomeDurable() throws JournalException {
            store.hold();
            CompletableFuture<EntityDefinition> created = definitions.create(ORDERS);
            definitions.close();

            assertThat(created).isCompleted();
        }

        @Test
        void ofTheExecutorIsToldToTheCaller() throws JournalException, InterruptedException {
            ExecutorService executor = Executors.newSingleThreadExecutor();
            definitions.close();
            definitions = Definitions.open(store, limits, executor, listener);
            assertThat(definitions
                            .create(ORDERS)
                            .orTimeout(10, TimeUnit.SECONDS)
                            .join()
                            .name())
                    .isEqualTo("orders");
            executor.shutdown();
            assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();

            refused(definitions.delete(EntityPath.queue("orders")), ErrorCode.Closed);
        }
    }
}
