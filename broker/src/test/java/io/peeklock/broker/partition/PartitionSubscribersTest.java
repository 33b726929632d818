/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who subscribes to one partition, and what it serves them. */
class PartitionSubscribersTest extends OnePartition {

    @Test
    void toAnEntityThatIsNotHereIsAnswered() {
        TestSubscriber subscriber = new TestSubscriber(flags.queue().requests(), ReceiveMode.PEEK_LOCK, null, 0);
        partition.subscribe(99, false, subscriber);
        run();
        assertThat(subscriber.over).extracting(BrokerException::code).isEqualTo(ErrorCode.EntityNotFound);
    }

    @Test
    void sharesMessagesRoundRobin() {
        TestSubscriber first = subscriber(ReceiveMode.PEEK_LOCK, 100);
        TestSubscriber second = subscriber(ReceiveMode.PEEK_LOCK, 100);
        for (int i = 0; i < 40; i++) {
            partition.send(ENTITY, message(1));
        }
        run();
        assertThat(first.received).hasSizeBetween(15, 25);
        assertThat(second.received).hasSizeBetween(15, 25);
    }

    /** Who asked before he could know of it. */
    @Test
    @Tag("W3")
    void isNotServedAsLongAsTheEntityIsDisabled() {
        TestSubscriber waiting = subscriber(ReceiveMode.PEEK_LOCK, 2);
        run();
        partition.define(entity(2, EntityStatus.RECEIVE_DISABLED));
        partition.send(ENTITY, message(1));
        run();
        partition.fetch(ENTITY, false, waiting, () -> answers.add("nothing here"));
        run();
        assertThat(waiting.received).isEmpty();
        assertThat(answers).containsExactly("nothing here");
        partition.define(entity(3, EntityStatus.ACTIVE));
        run();
        assertThat(waiting.received).hasSize(1);
    }

    private Partition.Entity entity(int version, EntityStatus status) {
        QueueDescription queue = QueueDescription.builder("q").status(status).build();
        return new Partition.Entity(new EntityDefinition(ENTITY, version, queue), flags);
    }

    /** The others may have been asked for elsewhere, where this one was served instead. */
    @Test
    @Tag("P8")
    void isServedWithAllItsRequestsWhenItAsksForOne() {
        TestSubscriber subscriber = subscriber(ReceiveMode.PEEK_LOCK, 0);
        for (int i = 0; i < 3; i++) {
            partition.send(ENTITY, message(1));
        }
        run();
        subscriber.want(4);
        partition.fetch(ENTITY, false, subscriber, () -> answers.add("nothing here"));
        run();
        assertThat(subscriber.received).hasSize(3);
        assertThat(answers).containsExactly("nothing here");
    }

    /** A filter that wants nothing looks at everything, and meanwhile the others are answered. */
    @Test
    void doesNotHoldUpTheOthersWhileItsFilterLooks() {
        for (int i = 0; i < 2000; i++) {
            partition.send(ENTITY, message(1));
        }
        run();
        int[] looks = new int[1];
        int[] looksBefore = new int[1];
        TestSubscriber picky = new TestSubscriber(
                flags.queue().requests(),
                ReceiveMode.PEEK_LOCK,
                (message, redeliveries, changes) -> {
                    if (looks[0]++ == 0) {
                        partition.count(ENTITY).thenAccept(counters -> looksBefore[0] = looks[0]);
                    }
                    return false;
                },
                0);
        picky.want(1);
        partition.subscribe(ENTITY, false, picky);
        run();
        assertThat(looks[0]).isEqualTo(2000);
        assertThat(looksBefore[0]).isPositive().isLessThan(1000);
    }

    @Test
    void findsAMessageWhoseSenderHasHeardOfIt() {
        // Durable in the same moment in which it is appended.
        journals = new MemoryJournalStore(1, true);
        partition = opening();
        run();
        List<Boolean> ready = new ArrayList<>();
        TestSubscriber subscriber = subscriber(ReceiveMode.PEEK_LOCK, 1);
        // From within the partition, so that somebody listens before it is done.
        partition.fetch(ENTITY, false, subscriber, () -> {
            subscriber.want(0);
            partition
                    .send(ENTITY, message(1))
                    .thenAccept(number -> ready.add(flags.queue().isReady(0)));
        });
        run();
        assertThat(ready).containsExactly(true);
    }

    /** One that is busy among thousands that want nothing costs a message no look at them. */
    @Test
    void thatWantNothingAreNotLookedAtForEachMessage() {
        List<TestSubscriber> idle = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            idle.add(subscriber(ReceiveMode.RECEIVE_AND_DELETE, 0));
        }
        TestSubscriber busy = subscriber(ReceiveMode.RECEIVE_AND_DELETE, 0);
        for (int i = 0; i < 200; i++) {
            busy.want(1);
            partition.send(ENTITY, message(1));
            partition.send(ENTITY, message(1));
            run();
        }
        assertThat(busy.received).hasSize(200);
        assertThat(idle.stream().mapToInt(TestSubscriber::looks).sum()).isLessThanOrEqualTo(idle.size());
        assertThat(busy.looks()).isLessThanOrEqualTo(4 * 200);
        // And each of them still receives.
        idle.get(4321).want(1);
        partition.fetch(ENTITY, false, idle.get(4321), () -> {});
        run();
        assertThat(idle.get(4321).received).hasSize(1);
        idle.get(1234).want(200);
        partition.send(ENTITY, message(1));
        run();
        assertThat(idle.get(1234).received).hasSize(200);
    }

    /** Its flag was down for a moment, in which another partition may have passed it over. */
    @Test
    void thatWantSomethingWhileTheirFlagIsLoweredLookThemselves() {
        TestSubscriber subscriber = subscriber(ReceiveMode.PEEK_LOCK, 0);
        run();
        subscriber.want(1);
        partition.send(ENTITY, message(1));
        run();
        subscriber.wantBehindALook(1);
        partition.send(ENTITY, message(1));
        run();
        assertThat(subscriber.asksAgain()).isEqualTo(1);
        partition.send(ENTITY, message(1));
        run();
        assertThat(subscriber.received).hasSize(2);
    }

    /** The first in the row must not take what its neighbours wait for. */
    @Test
    void takeTurnsAmongManySlots() {
        List<TestSubscriber> waiting = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            waiting.add(subscriber(ReceiveMode.PEEK_LOCK, i % 3 == 0 ? 100 : 0));
        }
        for (int i = 0; i < 500; i++) {
            partition.send(ENTITY, message(1));
            run();
        }
        for (int i = 0; i < 300; i++) {
            assertThat(waiting.get(i).received).hasSize(i % 3 == 0 ? 5 : 0);
        }
    }

    /** Whoever had the slot before may be found idle after the next one has raised the flag: here it is lowered. */
    @Test
    void areServedWhenTheirFlagWasLoweredForOneThatHasLeft() {
        TestSubscriber subscriber = new TestSubscriber(flags.queue().requests(), ReceiveMode.PEEK_LOCK, null, 0);
        subscriber.want(1);
        flags.queue().requests().lower(subscriber.slot());
        partition.subscribe(ENTITY, false, subscriber);
        run();
        assertThat(subscriber.asksAgain()).isEqualTo(1);
        partition.send(ENTITY, message(1));
        run();
        assertThat(subscriber.received).hasSize(1);
    }

    /** Nobody here has noticed whether their flag was lowered for the one that had the slot before. */
    @Test
    @Tag("P8")
    void lookElsewhereWhenThePartitionIsOut() {
        store.failNextAppend(0, Reason.IO);
        noted("sent", partition.send(ENTITY, message(1)));
        TestSubscriber subscriber = subscriber(ReceiveMode.PEEK_LOCK, 1);
        run();
        assertThat(answers).containsExactly("sent OutcomeUnknown");
        assertThat(subscriber.asksAgain()).isEqualTo(1);
        assertThat(subscriber.over).isNull();
    }

    /** The slot of one that has left is another's; what it wanted is not. */
    @Test
    void thatLeaveMakeRoomForOthers() {
        TestSubscriber left = subscriber(ReceiveMode.PEEK_LOCK, 1);
        run();
        partition.unsubscribe(ENTITY, false, left);
        flags.queue().requests().giveBackSlot(left.slot());
        TestSubscriber next = subscriber(ReceiveMode.PEEK_LOCK, 1);
        partition.unsubscribe(ENTITY, false, left);
        partition.send(ENTITY, message(1));
        run();
        assertThat(next.slot()).isEqualTo(left.slot());
        assertThat(left.received).isEmpty();
        assertThat(next.received).hasSize(1);
    }

    /** One round hands out a bounded number; the others follow without any further command. */
    @Test
    void isServedInRoundsUntilNothingIsLeft() {
        for (int i = 0; i < 1000; i++) {
            partition.send(ENTITY, message(1));
        }
        run();
        TestSubscriber subscriber = subscriber(ReceiveMode.PEEK_LOCK, 1000);
        run();
        assertThat(subscriber.received).hasSize(1000);
        assertThat(subscriber.received).extracting(Delivery::sequenceNumber).isSorted();
    }
}
