/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BrowsePosition;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.LoadReport.Damage;
import io.peeklock.journal.LoadReport.Finding;
import io.peeklock.journal.RecordBody;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a partition makes of a journal in which something is not as it should be. */
class PartitionLoadTest extends LoadFixture {
    private static final long ENTITY = 7;
    /** Records get their ids in this order. */
    private static final long ENTITY_RECORD = 1;

    private static final long FIRST_MESSAGE = 2;

    private final EntityFlags flags = EntityFlags.forPartitions(1);

    @BeforeEach
    void open() {
        start(List.of(entity()), ENTITY);
    }

    private Partition.Entity entity() {
        EntityDefinition definition = new EntityDefinition(ENTITY, 1, QueueDescription.of("orders"));
        return new Partition.Entity(definition, flags);
    }

    private void restart() {
        restart(List.of(entity()), ENTITY);
    }

    private long send(int bytes) {
        return get(partition.send(
                ENTITY, Message.builder().body(BodyKind.BYTES, new byte[bytes]).build()));
    }

    /** Sequence numbers of what can be received now. */
    private List<Long> received() {
        return receive(ReceiveMode.RECEIVE_AND_DELETE).stream()
                .map(Delivery::sequenceNumber)
                .toList();
    }

    private List<Delivery> receive(ReceiveMode mode) {
        TestSubscriber subscriber = new TestSubscriber(flags.queue().requests(), mode, null, 0);
        subscriber.want(10);
        partition.subscribe(ENTITY, false, subscriber);
        run();
        partition.unsubscribe(ENTITY, false, subscriber);
        run();
        return List.copyOf(subscriber.received);
    }

    private List<Delivery> peek() {
        return get(partition.peek(ENTITY, false, BrowsePosition.ofNumber(0), 10, null))
                .deliveries();
    }

    private static RecordBody garbage() {
        return RecordBody.of(new byte[] {99, 1, 2});
    }

    private static RecordBody state(MessageState state, boolean handedOut) {
        return DeliveryRecord.body(new DeliveryState(state, false, 0, handedOut, Notes.NONE, null, 0));
    }

    private static RecordBody scheduled(long sequenceNumber) {
        return DeliveryRecord.body(
                DeliveryState.scheduled(new Placement(Long.MAX_VALUE, sequenceNumber, 0, Long.MAX_VALUE, false)));
    }

    @Nested
    class AStateThatCannotBeRead {

        /** An older state would be wrong: it may have been dead-lettered, or deferred. */
        @Test
        void keepsItsMessageFromBeingServed() throws JournalException {
            send(10);
            long second = send(10);
            tamper(new Batch().replace(FIRST_MESSAGE, RecordKind.DELIVERY.id(), garbage()));
            for (int i = 0; i < 2; i++) {
                restart();
                assertThat(findings())
                        .extracting(Finding::damage)
                        .containsExactly(Damage.CORRUPT_RECORD, Damage.MISSING_REPLACEMENT);
                assertThat(peek()).extracting(Delivery::sequenceNumber).containsExactly(second);
                assertThat(get(partition.count(ENTITY)).active()).isEqualTo(1);
            }
            assertThat(received()).containsExactly(second);
            assertThat(recordIds()).contains(FIRST_MESSAGE);
        }

        @Test
        void ofANewerKindDoesSoToo() throws JournalException {
            send(10);
            tamper(new Batch().replace(FIRST_MESSAGE, 77, garbage()));
            restart();
            assertThat(received()).isEmpty();
        }

        @Test
        void doesNotMatterOnceItIsReplaced() throws JournalException {
            long first = send(10);
            tamper(new Batch().replace(FIRST_MESSAGE, RecordKind.DELIVERY.id(), garbage()));
            tamper(new Batch().replace(FIRST_MESSAGE, RecordKind.DELIVERY.id(), state(MessageState.ACTIVE, true)));
            restart();
            List<Delivery> again = receive(ReceiveMode.PEEK_LOCK);
            assertThat(again).extracting(Delivery::sequenceNumber).containsExactly(first);
            assertThat(again).extracting(Delivery::deliveryCount).containsExactly(1);
        }
    }

    @Nested
    class AMessage {

        @Test
        void withoutAllItsChunksIsNotServed() throws JournalException {
            send(200_000);
            long whole = send(10);
            tamper(new Batch().remove(FIRST_MESSAGE + 2));
            restart();
            assertThat(findings()).hasSize(1);
            assertThat(findings().get(0).description()).contains("1 of 2 chunks");
            assertThat(received()).containsExactly(whole);
        }

        @Test
        void thatCannotBeReadIsNotServed() throws JournalException {
            send(10);
            tamper(new Batch().put(100, RecordKind.MESSAGE.id(), garbage()));
            restart();
            assertThat(findings()).extracting(Finding::recordId).containsExactly(100L);
            assertThat(received()).hasSize(1);
        }
    }

    @Nested
    class AnEntityThatIsNotDefined {

        @Test
        void keepsItsRecordsAndIsReportedOnce() throws JournalException {
            send(10);
            send(200_000);
            List<Long> before = recordIds();
            restart(List.of(), 0);
            assertThat(findings()).hasSize(1);
            assertThat(findings().get(0).description()).contains("2 messages of queue 'orders' (id 7) are not served");
            assertThat(store.quarantined()).isEmpty();
            assertThat(recordIds()).isEqualTo(before);
        }

        @Test
        void isServedAgainWhenItIsDefinedAgainAndThePartitionReopened() throws JournalException {
            long number = send(10);
            restart(List.of(), 0);
            partition.define(entity());
            run();
            assertThat(partition.health().state()).isEqualTo(State.FAILED);
            assertThat(partition.health().reason()).contains("'orders' is defined again");
            assertThat(get(partition.reopen()).state()).isEqualTo(State.SERVING);
            assertThat(send(10)).isGreaterThan(number);
            assertThat(received()).hasSize(2).startsWith(number);
        }

        @Test
        void isEmptiedIfItWasDeleted() throws JournalException {
            send(10);
            send(200_000);
            restart(List.of(), ENTITY);
            run();
            assertThat(findings()).isEmpty();
            assertThat(recordIds()).isEmpty();
        }

        /** Its record comes after its messages then. */
        @Test
        void isEmptiedAlsoIfItsRecordHasMovedOn() throws JournalException {
            for (int i = 0; i < 2 * Fragment.NUMBER_BLOCK; i++) {
                send(10);
            }
            partition.close();
            run();
            store.compact(0, 1);
            restart(List.of(), ENTITY);
            run();
            assertThat(findings()).isEmpty();
            assertThat(recordIds()).isEmpty();
        }
    }

    @Nested
    class ARecordOfNumbers {

        @Test
        @Tag("N1")
        void thatIsLostMakesNoNumberComeTwice() throws JournalException {
            long last = send(10);
            assertThat(received()).hasSize(1);
            tamper(new Batch().remove(ENTITY_RECORD).put(100, 99, garbage()));
            restart();
            assertThat(findings()).isNotEmpty();
            // The damage is mended, and nobody has sent meanwhile.
            tamper(new Batch().remove(100));
            restart();
            assertThat(findings()).isEmpty();
            assertThat(send(10)).isGreaterThan(last);
        }

        @Test
        @Tag("N1")
        void thatIsLostWhileMessagesAreThereMakesNoNumberComeTwice() throws JournalException {
            long last = send(10);
            tamper(new Batch().remove(ENTITY_RECORD));
            restart();
            assertThat(received()).containsExactly(last);
            restart();
            assertThat(send(10)).isGreaterThan(last);
        }

        @Test
        @Tag("N1")
        void thatCannotBeReadMakesNoNumberComeTwice() throws JournalException {
            long last = send(10);
            tamper(new Batch().replace(ENTITY_RECORD, RecordKind.ENTITY.id(), garbage()));
            restart();
            assertThat(send(10)).isGreaterThan(last + (1 << 20));
        }
    }

    /** Nothing defers yet; the records are laid out for it. */
    @Nested
    class AMessageThatIsSetAside {

        @Test
        void staysSetAside() throws JournalException {
            long deferred = send(10);
            long scheduled = send(10);
            long active = send(10);
            tamper(new Batch()
                    .replace(FIRST_MESSAGE, RecordKind.DELIVERY.id(), state(MessageState.DEFERRED, false))
                    .replace(FIRST_MESSAGE + 1, RecordKind.DELIVERY.id(), scheduled(scheduled)));
            restart();
            assertThat(get(partition.count(ENTITY)))
                    .usingRecursiveComparison()
                    .ignoringFields("sizeBytes")
                    .isEqualTo(new EntityCounters(1, 0, 1, 1, 0, 0, 0));
            assertThat(peek()).extracting(Delivery::sequenceNumber).containsExactly(deferred, scheduled, active);
            assertThat(peek())
                    .extracting(Delivery::state)
                    .containsExactly(MessageState.DEFERRED, MessageState.SCHEDULED, MessageState.ACTIVE);
            assertThat(received()).containsExactly(active);
        }

        @Test
        @Tag("L13")
        void countsADeliveryAndStaysSetAside() throws JournalException {
            send(10);
            tamper(new Batch().replace(FIRST_MESSAGE, RecordKind.DELIVERY.id(), state(MessageState.DEFERRED, true)));
            restart();
            assertThat(received()).isEmpty();
            assertThat(peek()).extracting(Delivery::deliveryCount).containsExactly(1);
            assertThat(peek()).extracting(Delivery::state).containsExactly(MessageState.DEFERRED);
        }
    }
}
