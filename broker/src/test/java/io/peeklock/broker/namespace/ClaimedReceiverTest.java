/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BulkOperation;
import io.peeklock.broker.DeadLetterProperties;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.AccessKey;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bearer of a key has open when policies change, and what is its own. */
@Tag("Q6")
class ClaimedReceiverTest extends ClaimFixture {
    private static final EntityPath QUEUE = TestBus.ORDERS;

    @Nested
    class Waiting {

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void endsWhenTheClaimGoes(boolean partitioned) {
            open(Profile.JMS, partitioned);
            AccessPolicy policy = policy(QUEUE, Claim.LISTEN);
            Receiver receiver = app().openReceiver(QUEUE, ReceiverOptions.peekLock());
            CompletableFuture<Delivery> request = receiver.receive();
            bus.run();
            bus.get(bus.namespace.updatePolicy(policy));
            assertThat(request).isNotDone();
            bus.get(bus.namespace.updatePolicy(policy.withClaims(Claim.SEND)));
            assertThat(bus.errorOf(request)).isEqualTo(ErrorCode.Unauthorized);
            assertThat(receiver.cancel(request)).isFalse();
            for (CompletableFuture<Delivery> refused :
                    List.of(receiver.receive(), receiver.receive(0), receiver.receiveNow(0))) {
                assertThat(bus.errorOf(refused)).isEqualTo(ErrorCode.Unauthorized);
                assertThat(receiver.cancel(refused)).isFalse();
            }
            bus.send("m");
            assertThat(bus.counters().locked()).isZero();
            bus.get(bus.namespace.updatePolicy(policy));
            assertThat(TestBus.textOf(bus.get(receiver.receive()))).isEqualTo("m");
            receiver.close();
        }

        @Test
        void endsInReceiveAndDeleteToo() {
            policy(QUEUE, Claim.LISTEN);
            Receiver receiver = app().openReceiver(QUEUE, ReceiverOptions.receiveAndDelete());
            CompletableFuture<Delivery> request = receiver.receive();
            bus.run();
            bus.get(bus.namespace.deletePolicy(QUEUE, "app"));
            assertThat(bus.errorOf(request)).isEqualTo(ErrorCode.Unauthorized);
            bus.send("m");
            assertThat(bus.counters().active()).isEqualTo(1);
        }

        @Test
        void canBeTakenBack() {
            policy(QUEUE, Claim.LISTEN);
            Receiver receiver = app().openReceiver(QUEUE, ReceiverOptions.peekLock());
            CompletableFuture<Delivery> request = receiver.receive();
            bus.run();
            assertThat(receiver.cancel(request)).isTrue();
            assertThat(request).isCancelled();
            CompletableFuture<Delivery> now = receiver.receiveNow(-1);
            bus.run();
            assertThat(now).isCancelled();
        }

        @Test
        void forASessionGetsNoneThatComesTooLate() {
            policy(ClaimRoads.SESSIONS, Claim.LISTEN);
            CompletableFuture<SessionReceiver> next =
                    app().acceptSession(ClaimRoads.SESSIONS, null, SessionOptions.peekLock());
            bus.run();
            bus.get(bus.namespace.deletePolicy(ClaimRoads.SESSIONS, "app"));
            bus.send(ClaimRoads.SESSIONS, TestBus.text("m").sessionId("a"));
            assertThat(bus.errorOf(next)).isEqualTo(ErrorCode.Unauthorized);
            bus.get(bus.namespace.acceptSession(ClaimRoads.SESSIONS, "a", SessionOptions.peekLock()))
                    .close();
        }

        @Test
        void forASessionCanBeGivenUp() {
            policy(ClaimRoads.SESSIONS, Claim.LISTEN);
            CompletableFuture<SessionReceiver> next =
                    app().acceptSession(ClaimRoads.SESSIONS, null, SessionOptions.peekLock());
            bus.run();
            next.cancel(false);
            bus.send(ClaimRoads.SESSIONS, TestBus.text("m").sessionId("a"));
            bus.get(bus.namespace.acceptSession(ClaimRoads.SESSIONS, "a", SessionOptions.peekLock()))
                    .close();
        }

        @Test
        void isNotRememberedWhenItsReceiverIsClosed() {
            policy(QUEUE, Claim.LISTEN);
            Receiver receiver = app().openReceiver(QUEUE, ReceiverOptions.peekLock());
            CompletableFuture<Delivery> request = receiver.receive();
            bus.run();
            receiver.close();
            assertThat(bus.errorOf(request)).isEqualTo(ErrorCode.Closed);
            bus.get(bus.namespace.deletePolicy(QUEUE, "app"));
        }
    }

    @Nested
    class WorkOnManyMessages {
        private static final int MANY = 2000;

        private void fill() {
            for (int i = 0; i < MANY; i++) {
                bus.send("m" + i);
            }
        }

        @Test
        void endsInTheMiddleWhenTheClaimGoes() {
            AccessPolicy policy = policy(QUEUE, Claim.MANAGE);
            fill();
            BulkOperation purge = app().purgeMessages(QUEUE, MessageSelection.ALL);
            CompletableFuture<?> taken = bus.namespace.updatePolicy(policy.withClaims(Claim.LISTEN));
            bus.run();
            assertThat(taken).isCompleted();
            assertThat(bus.errorOf(purge.result())).isEqualTo(ErrorCode.Unauthorized);
            assertThat(bus.counters().active()).isBetween(1L, MANY - 1L);
            assertThat(purge.progress().done()).isEqualTo(MANY - bus.counters().active());
        }

        /** Manage where they lie, and Send where they go: each of the two. */
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void movesNothingMoreWhenOneOfItsClaimsGoes(boolean source) {
            EntityPath parked = EntityPath.queue("parked");
            bus.create(QueueDescription.builder("parked"));
            AccessPolicy there = policy(QUEUE, Claim.MANAGE);
            AccessPolicy where = policy(parked, Claim.SEND);
            fill();
            BulkOperation move = app().moveMessages(QUEUE, parked, MessageSelection.ALL, DeadLetterProperties.KEEP);
            bus.namespace.updatePolicy((source ? there : where).withClaims(Claim.LISTEN));
            assertThat(bus.errorOf(move.result())).isEqualTo(ErrorCode.Unauthorized);
            assertThat(bus.counters().active()).isBetween(1L, MANY - 1L);
            assertThat(bus.get(bus.namespace.counters(parked)).active())
                    .isEqualTo(MANY - bus.counters().active())
                    .isEqualTo(move.progress().done());
        }

        @Test
        void goesOnThroughOtherChanges() {
            AccessPolicy policy = policy(QUEUE, Claim.MANAGE);
            fill();
            BulkOperation purge = app().purgeMessages(QUEUE, MessageSelection.ALL);
            bus.namespace.updatePolicy(policy);
            assertThat(bus.get(purge.result()).done()).isEqualTo(MANY);
        }
    }

    @Nested
    class Temporary {
        private final EntityPath replies = EntityPath.queue("$temporary/1");

        private Namespace maker() {
            policy(QUEUE, Claim.SEND);
            Namespace app = app();
            bus.get(app.createQueue(
                    QueueDescription.builder(replies.name()).temporary(true).build()));
            return app;
        }

        private Namespace stranger() {
            bus.get(bus.namespace.createPolicy(AccessPolicy.of("stranger", Claim.SEND)
                    .on(EntityPath.topic("news"))
                    .withPrimaryKey(AccessKey.of(KEY))));
            return bus.namespace.authorize("stranger", KEY);
        }

        @Test
        void entitiesAreTheirMakersAndAnybodyMayAnswerThere() {
            Namespace maker = maker();
            Namespace stranger = stranger();
            bus.get(stranger.send(replies, TestBus.text("answer").build()));
            assertThat(isRefused(() -> stranger.openReceiver(replies, ReceiverOptions.peekLock())))
                    .isTrue();
            assertThat(isRefused(() -> stranger.peek(replies, 0, 1))).isTrue();
            assertThat(isRefused(() -> stranger.deleteQueue(replies.name()))).isTrue();
            Receiver receiver = maker.openReceiver(replies, ReceiverOptions.peekLock());
            Delivery answer = bus.get(receiver.receive());
            bus.get(maker.settle(answer.requireLockToken(), Settlement.COMPLETE));
            receiver.close();
            bus.get(maker.deleteQueue(replies.name()));
            assertThat(bus.namespace.queues()).isCompletedWithValueMatching(all -> all.size() == 2);
        }

        @Test
        void entitiesOfASecondConnectionAreNotTheFirstOnes() {
            maker();
            Namespace second = app();
            assertThat(isRefused(() -> second.openReceiver(replies, ReceiverOptions.peekLock())))
                    .isTrue();
        }

        @Test
        void entitiesCanBeDeletedWhateverHasBecomeOfThePolicy() {
            Namespace maker = maker();
            bus.get(maker.createTopic(
                    TopicDescription.builder("$temporary/2").temporary(true).build()));
            bus.get(bus.namespace.deletePolicy(QUEUE, "app"));
            assertThat(isRefused(() -> maker.send(replies, TestBus.text("m").build())))
                    .isTrue();
            assertThat(isRefused(() -> maker.openReceiver(replies, ReceiverOptions.peekLock())))
                    .isTrue();
            bus.get(maker.deleteQueue(replies.name()));
            bus.get(maker.deleteTopic("$temporary/2"));
        }

        @Test
        void subscriptionsAreChangedAndEndedByTheirMakerAlways() {
            AccessPolicy policy = policy(EntityPath.topic("news"), Claim.LISTEN);
            Namespace app = app();
            SubscriptionDescription brief = SubscriptionDescription.builder("news", "brief")
                    .temporary(true)
                    .build();
            bus.get(app.createSubscription(brief));
            bus.get(bus.namespace.updatePolicy(policy.withClaims(Claim.SEND)));
            assertThat(isRefused(() -> app.peek(brief.path(), 0, 1))).isTrue();
            bus.get(app.updateSubscription(brief.toBuilder().maxDeliveryCount(3).build()));
            bus.get(app.deleteSubscription("news", "brief"));
        }
    }
}
