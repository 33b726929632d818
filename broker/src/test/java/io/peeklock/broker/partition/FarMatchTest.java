/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a filter wants lies behind very many messages that it does not want. */
class FarMatchTest extends OnePartition {
    private static final int FAR = 100_000;

    private int looks;

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            partition.send(ENTITY, message(1));
            if (i % 1000 == 0) {
                run();
            }
        }
        run();
    }

    private void sendWanted(int priority) {
        Message wanted =
                Message.builder().property("wanted", true).priority(priority).build();
        noted("sent", partition.send(ENTITY, wanted));
        run();
    }

    private TestSubscriber open(String property, int wanted) {
        PropertyFilter filter = new PropertyFilter(property, () -> looks++);
        TestSubscriber subscriber = new TestSubscriber(flags.queue().requests(), ReceiveMode.PEEK_LOCK, filter, 0);
        subscriber.want(wanted);
        partition.subscribe(ENTITY, false, subscriber);
        run();
        return subscriber;
    }

    private void close(TestSubscriber subscriber) {
        partition.unsubscribe(ENTITY, false, subscriber);
        run();
    }

    /** What a receiver gets that is new and closes again, as frameworks open one for each receive. */
    private List<Delivery> receive() {
        TestSubscriber subscriber = open("wanted", 1);
        close(subscriber);
        return subscriber.received;
    }

    /** What one without filter gets. */
    private List<Delivery> take(int count) {
        TestSubscriber any = subscriber(ReceiveMode.PEEK_LOCK, count);
        run();
        close(any);
        assertThat(any.received).hasSize(count);
        return any.received;
    }

    private void settle(Delivery delivery, Settlement settlement) {
        partition.settle(delivery.requireLockToken(), settlement);
        run();
    }

    @Test
    void isFoundBehind100000OthersAndAtOnceTheSecondTime() {
        send(FAR);
        sendWanted(4);
        Delivery first = receive().get(0);
        assertThat(looks).isEqualTo(FAR + 1);

        settle(first, Settlement.ABANDON);
        Delivery again = receive().get(0);
        assertThat(again.sequenceNumber()).isEqualTo(first.sequenceNumber());
        settle(again, Settlement.COMPLETE);
        sendWanted(4);
        assertThat(receive()).hasSize(1);
        assertThat(receive()).isEmpty();
        assertThat(looks).isBetween(FAR + 2, FAR + 4);
    }

    /** A receive with a time-out, again and again, each with a new consumer. */
    @Test
    void isFoundByReceiversThatEachGiveUpTooEarly() {
        send(FAR);
        sendWanted(4);
        List<TestSubscriber> receivers = new ArrayList<>();
        PropertyFilter counting = new PropertyFilter("wanted", () -> {
            if (++looks % 1000 == 0) {
                receivers.get(receivers.size() - 1).want(0);
            }
        });
        do {
            TestSubscriber impatient = new TestSubscriber(flags.queue().requests(), ReceiveMode.PEEK_LOCK, counting, 0);
            receivers.add(impatient);
            impatient.want(1);
            partition.subscribe(ENTITY, false, impatient);
            run();
            close(impatient);
        } while (receivers.get(receivers.size() - 1).received.isEmpty() && receivers.size() < FAR);
        assertThat(receivers).hasSizeBetween(FAR / 1000, FAR / 1000 + 2);
        assertThat(looks).isBetween(FAR + 1, FAR + 2);
    }

    @Test
    void isFoundAtEveryPriority() {
        send(2000);
        assertThat(receive()).isEmpty();
        sendWanted(0);
        sendWanted(9);
        sendWanted(4);
        assertThat(receive().get(0).message().priority()).isEqualTo(9);
        assertThat(receive().get(0).message().priority()).isEqualTo(4);
        assertThat(receive().get(0).message().priority()).isEqualTo(0);
        assertThat(looks).isEqualTo(2003);
    }

    @Nested
    class WhatCameBack {

        @Test
        @Tag("L6")
        void isLookedAtAgainAndNothingElse() {
            send(3000);
            assertThat(receive()).isEmpty();
            List<Delivery> taken = take(10);
            taken.forEach(delivery -> settle(delivery, Settlement.ABANDON));
            assertThat(receive()).isEmpty();
            assertThat(looks).isEqualTo(3010);
        }

        @Test
        @Tag("L11")
        void isFoundIfItWasChanged() {
            send(3000);
            assertThat(receive()).isEmpty();
            Delivery taken = take(1).get(0);
            settle(taken, new Settlement.Abandon(Map.of("wanted", "now")));
            assertThat(receive()).extracting(Delivery::sequenceNumber).containsExactly(taken.sequenceNumber());
            assertThat(looks).isEqualTo(3001);
        }

        @Test
        @Tag("L6")
        void byItsLocksExpiryIsFound() {
            sendWanted(4);
            send(3000);
            sendWanted(4);
            List<Delivery> first = receive();
            assertThat(receive()).extracting(Delivery::sequenceNumber).containsExactly(3002L);
            runtime.advance(LOCK.plusSeconds(1));
            run();
            List<Delivery> again = receive();
            assertThat(again)
                    .extracting(Delivery::sequenceNumber)
                    .containsExactly(first.get(0).sequenceNumber());
            assertThat(looks).isEqualTo(3003);
        }

        @Test
        void andWasTakenByAnotherIsNotLookedAt() {
            send(3000);
            assertThat(receive()).isEmpty();
            take(10).forEach(delivery -> settle(delivery, Settlement.RELEASE));
            take(10);
            assertThat(receive()).isEmpty();
            assertThat(looks).isEqualTo(3000);
        }
    }

    @Nested
    class EqualFilters {

        @Test
        void lookOnceForAllWhoUseThem() {
            List<TestSubscriber> many = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                many.add(open("wanted", 1));
            }
            send(500);
            assertThat(looks).isEqualTo(500);
            for (int i = 0; i < 20; i++) {
                sendWanted(4);
            }
            assertThat(many)
                    .allSatisfy(subscriber -> assertThat(subscriber.received).hasSize(1));
        }

        @Test
        void areOnesThatWantTheSame() {
            send(500);
            close(open("wanted", 1));
            close(open("other", 1));
            assertThat(looks).isEqualTo(1000);
        }
    }

    @Nested
    class Others {

        @Test
        void haveTheirTurnSoonerIfALookCostsMuch() {
            send(200);
            int[] looksWhenAnswered = new int[1];
            MessageFilter costly = new MessageFilter() {
                @Override
                public boolean matches(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
                    if (looks++ == 0) {
                        partition.count(ENTITY).thenAccept(counters -> looksWhenAnswered[0] = looks);
                    }
                    return false;
                }

                @Override
                public int cost() {
                    return Serving.CHANGES_PER_ROUND / 4;
                }
            };
            TestSubscriber picky = new TestSubscriber(flags.queue().requests(), ReceiveMode.PEEK_LOCK, costly, 0);
            picky.want(1);
            partition.subscribe(ENTITY, false, picky);
            run();
            assertThat(looks).isEqualTo(200);
            assertThat(looksWhenAnswered[0]).isBetween(1, 12);
        }

        /** A filter that looks at much uses up each round: those who wait elsewhere have their turn before it. */
        @Test
        void onAnotherQueueAreServedMeanwhile() {
            long other = 8;
            QueueDescription queue = QueueDescription.builder("other").build();
            noted("defined", partition.define(new Partition.Entity(new EntityDefinition(other, 1, queue), flags)));
            run();
            TestSubscriber waiting = new TestSubscriber(flags.queue().requests(), ReceiveMode.PEEK_LOCK, null, 0);
            waiting.want(1);
            partition.subscribe(other, false, waiting);
            Message quick = Message.builder().durable(false).build();
            partition.send(other, quick);
            send(20_000);
            assertThat(waiting.received).hasSize(1);
            waiting.want(1);
            int[] looksWhenServed = new int[1];
            PropertyFilter busy = new PropertyFilter("wanted", () -> {
                if (++looks == 1000) {
                    partition.send(other, quick);
                }
                if (looksWhenServed[0] == 0 && waiting.received.size() == 2) {
                    looksWhenServed[0] = looks;
                }
            });
            TestSubscriber picky = new TestSubscriber(flags.queue().requests(), ReceiveMode.PEEK_LOCK, busy, 0);
            picky.want(1);
            partition.subscribe(ENTITY, false, picky);
            run();
            assertThat(looks).isEqualTo(20_000);
            assertThat(looksWhenServed[0]).isBetween(1000, 3000);
        }
    }
}
