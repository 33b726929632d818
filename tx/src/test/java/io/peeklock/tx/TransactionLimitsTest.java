/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.namespace.TestBus;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a transaction may hold: rule X3, and memory. */
@Tag("X3")
class TransactionLimitsTest extends OneTransaction {

    private static final EntityPath WHOLE = EntityPath.queue("whole");
    private static final EntityPath SPREAD = EntityPath.queue("spread");
    private static final Instant FAR_OFF = Instant.ofEpochMilli(Long.MAX_VALUE);
    private static final TransactionSettings UNLIMITED = TransactionSettings.of(Profile.JMS);

    @BeforeEach
    void open() {
        bus.create(QueueDescription.builder("whole"));
        bus.create(QueueDescription.builder("spread").partitioned(true));
    }

    private static Message keyed(String text) {
        return TestBus.text(text).partitionKey("k").build();
    }

    private BrokerException refusalOf(Runnable work) {
        BrokerException refusal = catchThrowableOfType(BrokerException.class, work::run);
        assertThat(refusal).as("refused").isNotNull();
        assertThat(refusal.code()).isEqualTo(ErrorCode.QuotaExceeded);
        return refusal;
    }

    private void commit() {
        bus.get(transaction.commit());
    }

    private long scheduled() {
        return bus.get(bus.namespace.counters(WHOLE)).scheduled();
    }

    @Nested
    class OfSends {

        @ParameterizedTest
        @ValueSource(strings = {"whole", "spread"})
        void refuseOneMoreNamingTheLimitAndLeaveTheTransactionUsable(String name) {
            EntityPath queue = EntityPath.queue(name);
            begin(UNLIMITED.withMaxSends(2));
            bus.send(queue, TestBus.text("in").partitionKey("k"));
            transaction.send(queue, keyed("1"));
            transaction.send(queue, keyed("2"));
            assertThat(refusalOf(() -> transaction.send(queue, keyed("3"))))
                    .hasMessageContaining("at most 2 messages")
                    .hasMessageContaining(name)
                    .hasMessageContaining("maxTransactionMessages");
            transaction.enlist(bus.take(queue));
            commit();
            assertThat(bus.takeAll(queue)).containsExactly("1", "2");
        }

        @Test
        @Tag("X6")
        void countScheduledOnesAndReserveNoNumberForOneTooMany() {
            begin(UNLIMITED.withMaxSends(1));
            long number = bus.get(transaction.schedule(WHOLE, keyed("later"), FAR_OFF));
            refusalOf(() -> transaction.schedule(WHOLE, keyed("too many"), FAR_OFF));
            commit();
            assertThat(scheduled()).isEqualTo(1);
            assertThat(bus.send(WHOLE, TestBus.text("next"))).isEqualTo(number + 1);
        }

        @Test
        void countOneThatIsStillToGetItsNumber() {
            begin(UNLIMITED.withMaxSends(1));
            bus.syncs(false);
            CompletableFuture<Long> first = transaction.schedule(WHOLE, keyed("later"), FAR_OFF);
            CompletableFuture<Long> second = transaction.schedule(WHOLE, keyed("too many"), FAR_OFF);
            bus.syncs(true);
            bus.get(first);
            refusalOf(() -> bus.get(second));
            commit();
            assertThat(scheduled()).isEqualTo(1);
        }

        @Test
        void beginAnewWithTheNextTransaction() {
            for (String text : List.of("1", "2", "3")) {
                begin(UNLIMITED.withMaxSends(1));
                transaction.send(WHOLE, keyed(text));
                commit();
            }
            assertThat(bus.takeAll(WHOLE)).containsExactly("1", "2", "3");
        }
    }

    @Nested
    class OfBytes {

        @ParameterizedTest
        @ValueSource(strings = {"whole", "spread"})
        void refuseTheSendThatIsTooMuchAndTakeASmallerOne(String name) {
            EntityPath queue = EntityPath.queue(name);
            Message large = keyed("x".repeat(600));
            begin(UNLIMITED.withMaxSendBytes(large.sizeBytes() + 300L));
            transaction.send(queue, large);
            assertThat(refusalOf(() -> transaction.send(queue, large)))
                    .hasMessageContaining(large.sizeBytes() + 300 + " bytes")
                    .hasMessageContaining("holds " + large.sizeBytes())
                    .hasMessageContaining("maxTransactionSize");
            transaction.send(queue, keyed("small"));
            commit();
            assertThat(bus.takeAll(queue)).containsExactly("x".repeat(600), "small");
        }

        @Test
        void countPropertiesAndWhatIsScheduled() {
            Message message = TestBus.text("").property("p", "y".repeat(500)).build();
            begin(UNLIMITED.withMaxSendBytes(2L * message.sizeBytes() - 1));
            bus.get(transaction.schedule(WHOLE, message, FAR_OFF));
            refusalOf(() -> transaction.send(WHOLE, message));
        }

        @Test
        void letExactlySoManyPass() {
            Message message = keyed("a");
            begin(UNLIMITED.withMaxSendBytes(2L * message.sizeBytes()));
            transaction.send(WHOLE, message);
            transaction.send(WHOLE, message);
            refusalOf(() -> transaction.send(WHOLE, message));
            commit();
            assertThat(bus.takeAll(WHOLE)).hasSize(2);
        }

        @Test
        @Tag("P11")
        void tieTheTransactionToNoPartitionWhenTheyRefuse() {
            begin(UNLIMITED.withMaxSendBytes(1000));
            refusalOf(() -> transaction.send(SPREAD, keyed("x".repeat(1000))));
            assertThat(transaction.partition()).isEqualTo(PartitionPin.NONE);
            assertThat(transaction.isEmpty()).isTrue();
        }
    }

    @Nested
    class OfReceivedMessages {

        @ParameterizedTest
        @ValueSource(strings = {"whole", "spread"})
        void refuseOneMoreWhichItsReceiverKeeps(String name) {
            EntityPath queue = EntityPath.queue(name);
            for (String text : List.of("1", "2", "3")) {
                bus.send(queue, TestBus.text(text).partitionKey("k"));
            }
            begin(UNLIMITED.withMaxReceived(2));
            transaction.requireRoom(2);
            assertThat(refusalOf(() -> transaction.requireRoom(3))).hasMessageContaining("at most 2 received messages");
            transaction.enlist(bus.take(queue));
            transaction.enlist(bus.take(queue));
            assertThat(refusalOf(() -> transaction.requireRoom(1))).hasMessageContaining("maxTransactionReceived");
            Delivery third = bus.take(queue);
            refusalOf(() -> transaction.enlist(third));
            bus.settle(third, Settlement.RELEASE);
            transaction.send(queue, keyed("out"));
            commit();
            Delivery again = bus.take(queue);
            assertThat(TestBus.textOf(again)).isEqualTo("3");
            assertThat(again.deliveryCount()).isZero();
            assertThat(bus.takeAll(queue)).containsExactly("out");
        }
    }

    @Nested
    class Settings {

        @Test
        void areNoneForJakartaMessagingAnd100SendsForAzure() {
            assertThat(UNLIMITED.maxSends()).isEqualTo(Integer.MAX_VALUE);
            assertThat(TransactionSettings.of(Profile.AZURE).maxSends()).isEqualTo(100);
        }

        @Test
        void thatWouldLetNothingPassAreRefused() {
            assertThatThrownBy(() -> UNLIMITED.withMaxSends(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> UNLIMITED.withMaxSendBytes(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> UNLIMITED.withMaxReceived(0)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
