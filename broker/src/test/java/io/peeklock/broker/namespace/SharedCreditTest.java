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
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SharedCredit;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.partition.ReceiveRequest;
import io.peeklock.broker.routing.PartitionHash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
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

    /** Another one takes it in the moment of a claim, and gives it back as soon as that was refused. */
    private static final class TakenForAMoment extends SharedCredit {
        private @Nullable Runnable meanwhile;
        private Runnable givenBack = () -> {};
        private boolean betweenLooks;

        /**
         * With the next claim.
         *
         * @param meanwhile is run while it is taken
         * @param givenBack is run when it was given back, before the claim returns
         */
        void whileClaimed(Runnable meanwhile, Runnable givenBack) {
            this.meanwhile = meanwhile;
            this.givenBack = givenBack;
        }

        /** It is free at the next look, and at those behind it is not. */
        void betweenLooks() {
            betweenLooks = true;
        }

        @Override
        public boolean isFree(Runnable ifTaken) {
            boolean free = super.isFree(ifTaken);
            if (betweenLooks) {
                betweenLooks = false;
                super.tryTake(() -> {}, () -> true);
            }
            return free;
        }

        @Override
        public boolean tryTake(Runnable ifTaken, BooleanSupplier claim) {
            Runnable now = meanwhile;
            if (now == null) {
                return super.tryTake(ifTaken, claim);
            }
            meanwhile = null;
            assertThat(super.tryTake(() -> {}, () -> true)).isTrue();
            boolean taken = super.tryTake(ifTaken, claim);
            now.run();
            giveBack();
            givenBack.run();
            return taken;
        }
    }

    @Nested
    class OfReceivers {

        private static final int QUEUES = 5;
        private static final int PARTITIONS = 2;

        private TestBus bus;
        private final Map<Receiver, CompletableFuture<Delivery>> requests = new LinkedHashMap<>();

        @BeforeEach
        void open() {
            bus = TestBus.simulated(PARTITIONS, TestBus.config(Profile.JMS));
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

        @Test
        void isTakenByARequestThatWaitsWhenItIsPassedOver() {
            create(false);
            PartitionedReceiver receiver =
                    (PartitionedReceiver) bus.namespace.openReceiver(queue(0), ReceiverOptions.peekLock());
            TakenForAMoment passing = new TakenForAMoment();
            Request request = new Request(receiver, ANY, null, false, passing);
            List<Boolean> waited = new ArrayList<>();
            passing.whileClaimed(() -> {}, () -> {});
            assertThat(request.claim(() -> waited.add(request.isWaiting()))).isFalse();
            assertThat(waited).containsExactly(true);
            assertThat(request.claim(() -> {})).isTrue();
        }

        private static String keyOf(int partition) {
            String key = "k";
            while (PartitionHash.partitionOf(key, PARTITIONS) != partition) {
                key += "k";
            }
            return key;
        }

        /** While one partition claims, the other one gets a message, too, and may be the one that is asked. */
        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void isNotMissedByOneWhoWasPassedOverInTheMomentOfTheClaim(int asked) {
            create(true);
            // It is loaded with the first one.
            bus.send(queue(0), TestBus.text("before").partitionKey(keyOf(1)));
            bus.settle(bus.take(queue(0)), Settlement.COMPLETE);
            TakenForAMoment passing = new TakenForAMoment();
            Receiver receiver = bus.namespace.openReceiver(queue(0), ReceiverOptions.peekLock());
            for (int i = 0; i < asked; i++) {
                // The next one asks another partition first.
                receiver.cancel(receiver.receive(ANY, null, passing));
                bus.run();
            }
            CompletableFuture<Delivery> request = receiver.receive(ANY, null, passing);
            bus.run();
            passing.whileClaimed(
                    () -> {
                        Message other = Message.builder()
                                .partitionKey(keyOf(1))
                                .durable(false)
                                .build();
                        bus.namespace.send(queue(0), other);
                        bus.runtime.runUntilIdle();
                    },
                    bus.runtime::runUntilIdle);
            bus.send(queue(0), TestBus.text("a").partitionKey(keyOf(0)));
            bus.run();
            assertThat(request).isCompleted();
        }

        /** It is not served now, but wants no other session: it keeps the one that it holds. */
        @Test
        @Tag("G2")
        void isNoReasonToLeaveASession() {
            bus.create(QueueDescription.builder("queue-0").sessionRequired(true));
            TakenForAMoment passing = new TakenForAMoment();
            PartitionedReceiver receiver =
                    (PartitionedReceiver) bus.namespace.openReceiver(queue(0), ReceiverOptions.peekLock());
            CompletableFuture<Delivery> first = receiver.receive(ANY, null, passing);
            bus.send(queue(0), TestBus.text("1").sessionId("a"));
            bus.send(queue(0), TestBus.text("2").sessionId("a"));
            bus.settle(bus.get(first), Settlement.COMPLETE);
            passing.giveBack();
            int held = receiver.heldIn();
            assertThat(held).isNotEqualTo(ANY);
            passing.betweenLooks();
            receiver.receive(ANY, null, passing);
            bus.run();
            assertThat(passing.isFree(() -> {})).isFalse();
            assertThat(receiver.heldIn()).isEqualTo(held);
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
