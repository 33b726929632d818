/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SharedCredit;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.ReceiveRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several receivers of which one at a time has a message. */
@Tag("L5")
class SharedCreditTest {

    private static final int ANY = Request.ANY_PARTITION;

    private final SharedCredit credit = new SharedCredit();

    @Nested
    class Alone {

        private final List<String> ran = new ArrayList<>();

        private Runnable named(String name) {
            return () -> ran.add(name);
        }

        @Test
        void isTakenOnce() {
            assertThat(credit.tryTake(named("a"))).isTrue();
            assertThat(credit.tryTake(named("b"))).isFalse();
            assertThat(credit.isFree(named("c"))).isFalse();
            credit.giveBack();
            assertThat(credit.isFree(named("d"))).isTrue();
        }

        @Test
        void givenBackRunsThoseAloneThatWerePassedOverOnceEachInTheirOrder() {
            credit.tryTake(named("holder"));
            Runnable late = named("late");
            credit.isFree(named("early"));
            credit.isFree(late);
            credit.tryTake(late);
            credit.giveBack();
            assertThat(ran).containsExactly("early", "late");
            credit.giveBack();
            assertThat(ran).hasSize(2);
        }

        @Test
        void givenBackRunsNobodyMoreOnceItIsTaken() {
            credit.tryTake(named("holder"));
            credit.isFree(() -> {
                ran.add("first");
                credit.tryTake(named("first"));
            });
            credit.isFree(named("second"));
            credit.giveBack();
            assertThat(ran).containsExactly("first");
            credit.giveBack();
            assertThat(ran).containsExactly("first", "second");
        }
    }

    @Nested
    class OfReceivers {

        private static final int QUEUES = 5;

        private TestBus bus;
        private final Map<Receiver, CompletableFuture<Delivery>> requests = new LinkedHashMap<>();

        @BeforeEach
        void open() {
            bus = TestBus.simulated(2, TestBus.config(Profile.JMS));
        }

        @AfterEach
        void close() {
            bus.close();
        }

        private void create(boolean partitioned) {
            for (int i = 0; i < QUEUES; i++) {
                bus.create(QueueDescription.builder(queue(i).name()).partitioned(partitioned));
            }
        }

        private static EntityPath queue(int number) {
            return EntityPath.queue("queue-" + number);
        }

        private Receiver sharing(int number) {
            Receiver receiver = bus.namespace.openReceiver(queue(number), ReceiverOptions.peekLock());
            requests.put(receiver, receiver.receive(ANY, null, credit));
            bus.run();
            return receiver;
        }

        private List<String> delivered() {
            bus.run();
            List<String> texts = new ArrayList<>();
            for (CompletableFuture<Delivery> request : requests.values()) {
                if (request.isDone()) {
                    texts.add(TestBus.textOf(request.join()));
                }
            }
            return texts;
        }

        /** What is with one of them is no message that others could not have. */
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void isWithOneOfThemWhileTheOthersMessagesAreFree(boolean partitioned) {
            create(partitioned);
            for (int i = 0; i < QUEUES; i++) {
                sharing(i);
            }
            for (int i = 0; i < QUEUES; i++) {
                bus.send(queue(i), TestBus.text("m" + i));
            }
            assertThat(delivered()).containsExactly("m0");
            assertThat(bus.takeAll(queue(3))).containsExactly("m3");
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void goesFromOneToTheNextForWhomSomethingCame(boolean partitioned) {
            create(partitioned);
            for (int i = 0; i < QUEUES; i++) {
                sharing(i);
            }
            for (int i = QUEUES - 1; i >= 0; i--) {
                bus.send(queue(i), TestBus.text("m" + i));
            }
            for (int given = 1; given <= QUEUES; given++) {
                assertThat(delivered()).hasSize(given);
                credit.giveBack();
            }
            assertThat(delivered()).containsExactlyInAnyOrder("m0", "m1", "m2", "m3", "m4");
        }

        @Test
        void isServedToOneWhoAsksWhileItIsTaken() {
            create(false);
            bus.send(queue(0), TestBus.text("first"));
            bus.send(queue(1), TestBus.text("second"));
            sharing(0);
            sharing(1);
            assertThat(delivered()).containsExactly("first");
            credit.giveBack();
            assertThat(delivered()).containsExactly("first", "second");
        }

        @Test
        void isNothingToRequestsWithout() {
            create(false);
            bus.send(queue(0), TestBus.text("a"));
            sharing(0);
            bus.send(queue(1), TestBus.text("b"));
            assertThat(TestBus.textOf(bus.take(queue(1)))).isEqualTo("b");
        }

        @Test
        void takenBackNeverHasIt() {
            create(false);
            Receiver first = sharing(0);
            assertThat(first.cancel(requests.remove(first))).isTrue();
            bus.send(queue(0), TestBus.text("a"));
            sharing(1);
            bus.send(queue(1), TestBus.text("b"));
            assertThat(delivered()).containsExactly("b");
        }

        private ReceiveRequest claimed(Receiver receiver) {
            ReceiveRequest claimed = ((PartitionedReceiver) receiver).claim(0);
            assertThat(claimed).isSameAs(requests.get(receiver));
            return claimed;
        }

        private boolean isFree() {
            return credit.isFree(() -> {});
        }

        @Test
        void isGivenBackByARequestThatGoesBack() {
            create(false);
            ReceiveRequest claimed = claimed(sharing(0));
            assertThat(isFree()).isFalse();
            claimed.giveBack();
            assertThat(isFree()).isTrue();
        }

        @Test
        void isGivenBackByARequestThatFails() {
            create(false);
            ReceiveRequest claimed = claimed(sharing(0));
            claimed.fail(new BrokerException(ErrorCode.PartitionUnavailable, "out"));
            assertThat(isFree()).isTrue();
        }

        @Test
        void isGivenBackByARequestWhoseOwnerHasClosed() {
            create(false);
            bus.send(queue(0), TestBus.text("a"));
            Delivery delivery = bus.take(queue(0));
            Receiver receiver = sharing(0);
            ReceiveRequest claimed = claimed(receiver);
            receiver.close();
            claimed.deliver(delivery);
            assertThat(isFree()).isTrue();
            assertThat(bus.takeAll(queue(0))).containsExactly("a");
        }

        @Test
        void isNotClaimedWithWhileAnotherHasIt() {
            create(false);
            Receiver first = sharing(0);
            PartitionedReceiver second = (PartitionedReceiver) sharing(1);
            claimed(first);
            assertThat(second.isWaiting(0)).isFalse();
            assertThat(second.claim(0)).isNull();
            credit.giveBack();
            assertThat(second.isWaiting(0)).isTrue();
            assertThat(second.cancel(requests.get(second))).isTrue();
        }
    }
}
