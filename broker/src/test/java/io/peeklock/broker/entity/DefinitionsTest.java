/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The entities of a namespace: created, changed, deleted and found, durably.
 *
 * <p>One thread, which is the executor too.
 */
final class DefinitionsTest extends DefinitionsFixture {

    @Nested
    class Creating {

        @Test
        void isFoundByNameAndById() {
            EntityDefinition created = create("orders");

            assertThat(created.queue()).isEqualTo(ORDERS);
            assertThat(created.version()).isEqualTo(1);
            assertThat(definitions.find(EntityPath.queue("orders"))).contains(created);
            assertThat(definitions.find(created.id())).contains(created);
            assertThat(definitions.require(EntityPath.queue("orders"))).isEqualTo(created);
        }

        @Test
        @Tag("W4")
        void survivesARestart() throws JournalException {
            EntityDefinition b = create("b");
            EntityDefinition a = create("a");
            restart();

            assertThat(definitions.list()).containsExactly(a, b);
            assertThat(definitions.find(b.id())).contains(b);
        }

        @Test
        void givesAnIdThatNoEntityEverHad() throws JournalException {
            // Nor does it rest on the journal alone.
            store.forgetIds();
            long first = create("first").id();
            definitions.delete(EntityPath.queue("first")).join();
            restart();
            long second = create("second").id();
            definitions.delete(EntityPath.queue("second")).join();
            long third = create("third").id();

            assertThat(second).isGreaterThan(first);
            assertThat(third).isGreaterThan(second);
        }

        @Test
        void isTheCallersOnlyWhenItIsDurable() {
            store.hold();
            CompletableFuture<EntityDefinition> created = definitions.create(ORDERS);

            assertThat(created).isNotDone();
            assertThat(listener.told()).isEmpty();
            assertThat(definitions.find(EntityPath.queue("orders"))).isEmpty();

            store.release();
            assertThat(created).isCompleted();
            assertThat(definitions.find(EntityPath.queue("orders"))).isPresent();
        }

        @Test
        @Tag("W4")
        void isTheCallersOnlyWhenThePartitionsHaveIt() {
            CompletableFuture<Void> partitions = new CompletableFuture<>();
            listener.answerWith(partitions);
            CompletableFuture<EntityDefinition> created = definitions.create(ORDERS);

            assertThat(listener.told()).containsExactly("changed orders 1");
            assertThat(created).isNotDone();
            assertThat(definitions.find(EntityPath.queue("orders"))).isEmpty();

            partitions.complete(null);
            assertThat(created).isCompleted();
            assertThat(definitions.find(EntityPath.queue("orders"))).isPresent();
        }

        @Test
        void standsIfThePartitionsFail() throws JournalException {
            BrokerException out = new BrokerException(ErrorCode.PartitionUnavailable, "partition 3 is out");
            listener.answerWith(CompletableFuture.failedFuture(out));

            refused(definitions.create(ORDERS), ErrorCode.PartitionUnavailable).isSameAs(out);
            assertThat(definitions.find(EntityPath.queue("orders"))).isPresent();
            restart();
            assertThat(definitions.find(EntityPath.queue("orders"))).isPresent();
        }

        @Test
        void ofANameThatIsTakenWritesNothing() {
            create("orders");
            int batches = store.batches();

            refused(definitions.create(ORDERS), ErrorCode.EntityAlreadyExists).hasMessageContaining("'orders'");
            assertThat(store.batches()).isEqualTo(batches);
        }

        @Test
        void waitsForTheOneBefore() {
            store.hold();
            CompletableFuture<EntityDefinition> first = definitions.create(ORDERS);
            CompletableFuture<EntityDefinition> second = definitions.create(ORDERS);
            CompletableFuture<EntityDefinition> third = definitions.createIfAbsent(ORDERS);
            assertThat(store.batches()).isEqualTo(1);

            store.release();
            assertThat(first).isCompleted();
            refused(second, ErrorCode.EntityAlreadyExists);
            assertThat(third).isCompletedWithValue(first.join());
        }

        @Test
        @Tag("P13")
        void beyondTheLimitOfEntitiesIsRefusedUntilOneIsDeleted() throws JournalException {
            restartWith(new EntityLimits(true, false, 1, Long.MAX_VALUE, 1, 2, 1, 1, 1, 1, 2));
            create("a");
            create("b");

            refused(definitions.create(QueueDescription.of("c")), ErrorCode.QuotaExceeded)
                    .hasMessageContaining("2 entities");
            definitions.delete(EntityPath.queue("a")).join();
            assertThat(create("c").name()).isEqualTo("c");
        }

        @Test
        @Tag("P13")
        void beyondTheLimitOfPartitionedEntitiesIsRefusedUntilOneIsDeleted() throws JournalException {
            restartWith(new EntityLimits(true, false, 1, Long.MAX_VALUE, 1, 9, 1, 1, 1, 1, 2));
            QueueDescription.Builder partitioned = QueueDescription.builder("a").partitioned(true);
            definitions.create(partitioned.build()).join();
            create("b");
            restart();

            refused(definitions.create(partitioned.name("c").build()), ErrorCode.QuotaExceeded)
                    .hasMessageContaining("1 partitioned");
            definitions.delete(EntityPath.queue("a")).join();
            assertThat(definitions.create(partitioned.name("c").build())).isCompleted();
        }

        @Test
        @Tag("P13")
        void isLimitedByTheRulesNumbers() {
            assertThat(EntityLimits.JMS.maxEntities()).isEqualTo(10_000);
            assertThat(EntityLimits.AZURE.maxPartitionedEntities()).isEqualTo(100);
        }

        @Test
        @Tag("P2")
        void keepsTheLimitsOfTheProfile() throws JournalException {
            restartWith(EntityLimits.AZURE);

            refused(
                    definitions.create(
                            QueueDescription.builder("q").maxSizeBytes(1 << 20).build()),
                    ErrorCode.InvalidOperation);
        }

        @Test
        void writesItsGoldenRecords() throws JournalException {
            create("q");
            create("r");
            definitions.close();

            assertThat(records())
                    .containsExactly(
                            "put 1 kind 2 "
                                    + HexFormat.of()
                                            .formatHex(new EntityDefinition(1, 1, QueueDescription.of("q")).encode()),
                            "put 2 kind 1 01000000000000000300000001",
                            "replace 2 kind 1 01000000000000000400000002",
                            "put 3 kind 2 "
                                    + HexFormat.of()
                                            .formatHex(new EntityDefinition(3, 1, QueueDescription.of("r")).encode()));
        }
    }

    @Nested
    class Updating {

        private final QueueDescription other =
                ORDERS.toBuilder().maxDeliveryCount(3).build();

        @Test
        @Tag("W4")
        void isANewVersionThatSurvivesARestart() throws JournalException {
            EntityDefinition created = create("orders");
            EntityDefinition updated = definitions.update(other).join();
            restart();

            assertThat(updated).isEqualTo(new EntityDefinition(created.id(), 2, other));
            assertThat(definitions.find(EntityPath.queue("orders"))).contains(updated);
            assertThat(definitions.list()).containsExactly(updated);
            assertThat(listener.told()).containsExactly("changed orders 1", "changed orders 2");
        }

        @Test
        void withoutAChangeWritesNothing() {
            EntityDefinition created = create("orders");
            int batches = store.batches();

            assertThat(definitions.update(ORDERS)).isCompletedWithValue(created);
            assertThat(store.batches()).isEqualTo(batches);
        }

        @Test
        void ofNoQueueIsRefused() {
            refused(definitions.update(other), ErrorCode.EntityNotFound);
        }

        @Test
        @Tag("P1")
        void ofWhatIsFixedWritesNothing() {
            create("orders");
            int batches = store.batches();

            refused(definitions.update(ORDERS.toBuilder().partitioned(true).build()), ErrorCode.InvalidOperation);
            assertThat(store.batches()).isEqualTo(batches);
        }

        @Test
        @Tag("W5")
        void keepsTheSpellingOfTheName() throws JournalException {
            restartWith(EntityLimits.AZURE);
            create("Orders");

            assertThat(definitions.update(other).join().name()).isEqualTo("Orders");
        }
    }

    @Nested
    class Deleting {

        @Test
        void isForGood() throws JournalException {
            EntityDefinition created = create("orders");
            listener.told();

            assertThat(definitions.delete(EntityPath.queue("orders"))).isCompletedWithValue(created);
            assertThat(listener.told()).containsExactly("deleted orders 1");
            assertThat(definitions.find(EntityPath.queue("orders"))).isEmpty();
            assertThat(definitions.find(created.id())).isEmpty();
            restart();
            assertThat(definitions.list()).isEmpty();
        }

        @Test
        void isNotFoundWhileThePartitionsStillDropIt() {
            create("orders");
            listener.answerWith(new CompletableFuture<>());
            CompletableFuture<EntityDefinition> deleted = definitions.delete(EntityPath.queue("orders"));

            assertThat(deleted).isNotDone();
            assertThat(definitions.find(EntityPath.queue("orders"))).isEmpty();
            listener.answerWith(CompletableFuture.completedFuture(null));
        }

        @Test
        void ofNoQueueIsRefused() {
            refused(definitions.delete(EntityPath.queue("orders")), ErrorCode.EntityNotFound)
                    .hasMessageContaining("'orders'");
        }
    }

    @Nested
    class Finding {

        @Test
        void ofNoQueueSaysSo() {
            assertThat(definitions.find(EntityPath.queue("orders"))).isEmpty();
            assertThat(definitions.find(1)).isEmpty();
            assertThatThrownBy(() -> definitions.require(EntityPath.queue("orders")))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EntityNotFound));
        }

        @Test
        @Tag("W5")
        void isCaseSensitiveInProfileJms() {
            create("orders");
            create("Orders");

            assertThat(definitions.list()).extracting(EntityDefinition::name).containsExactly("Orders", "orders");
        }

        @Test
        @Tag("W5")
        void isNotCaseSensitiveInProfileAzure() throws JournalException {
            restartWith(EntityLimits.AZURE);
            EntityDefinition created = create("Orders");

            assertThat(definitions.find(EntityPath.queue("oRDERS"))).contains(created);
            refused(definitions.create(ORDERS), ErrorCode.EntityAlreadyExists).hasMessageContaining("'Orders'");
            assertThat(definitions.delete(EntityPath.queue("ORDERS"))).isCompletedWithValue(created);
        }
    }
}
