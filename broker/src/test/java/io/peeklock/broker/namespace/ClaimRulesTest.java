/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.DeadLetterProperties;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SettlementOutcome;
import io.peeklock.broker.entity.AccessKey;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes with a name and a key may do what the policies of that name and key say, now. */
@Tag("Q6")
class ClaimRulesTest extends ClaimFixture {
    private static final EntityPath QUEUE = TestBus.ORDERS;

    private boolean maySend(Namespace view, EntityPath to) {
        return !isRefused(() -> view.send(to, TestBus.text("m").build()));
    }

    private boolean mayPeek(Namespace view, EntityPath from) {
        return !isRefused(() -> view.peek(from, 0, 1));
    }

    @Nested
    class Authorizing {

        @Test
        void takesEitherKeyAndNoOther() {
            AccessPolicy policy = policy(QUEUE, Claim.SEND);
            assertThat(policy.secondaryKey()).isNotNull();
            assertThat(maySend(app(), QUEUE)).isTrue();
            assertThat(maySend(
                            bus.namespace.authorize("app", policy.secondaryKey().text()), QUEUE))
                    .isTrue();
            for (String key : List.of("", "the-app-kez", KEY + "x", "manager-key")) {
                refused("app", key);
            }
            refused("App", KEY);
            refused("", KEY);
            refused("nobody", KEY);
        }

        @Test
        void givesWhoComesAgainTheSame() {
            AccessPolicy policy = policy(QUEUE, Claim.SEND);
            assertThat(policy.secondaryKey()).isNotNull();
            Namespace app = app();
            assertThat(app).isEqualTo(app()).hasSameHashCodeAs(app());
            String otherKey = policy.secondaryKey().text();
            assertThat(app).isNotEqualTo(bus.namespace.authorize("app", otherKey));
            assertThat(app).isNotEqualTo(bus.namespace).isNotEqualTo(bus.namespace.authorize("manager", "manager-key"));
        }

        private void refused(String user, String key) {
            assertThatThrownBy(() -> bus.namespace.authorize(user, key))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.Unauthorized))
                    .hasMessageNotContaining("app")
                    .hasMessageNotContaining("kez");
        }

        @Test
        void addsUpThePoliciesOfThatNameWhichHaveTheKey() {
            policy(QUEUE, Claim.SEND);
            policy(EntityPath.topic("news"), Claim.LISTEN);
            bus.get(bus.namespace.createPolicy(
                    AccessPolicy.of("app", Claim.MANAGE).withPrimaryKey(AccessKey.of("another-key"))));
            Namespace app = app();
            assertThat(maySend(app, QUEUE)).isTrue();
            assertThat(mayPeek(app, EntityPath.subscription("news", "s"))).isTrue();
            assertThat(mayPeek(app, QUEUE)).isFalse();
            assertThat(maySend(app, EntityPath.topic("news"))).isFalse();
            assertThat(isRefused(app::health)).isTrue();
        }

        @ParameterizedTest
        @CsvSource({"JMS, false", "JMS, true", "AZURE, false", "AZURE, true"})
        void holdsAfterARestart(Profile profile, boolean partitioned) {
            open(profile, partitioned);
            policy(QUEUE, Claim.SEND);
            bus = bus.crashed();
            assertThat(bus.namespace.hasPolicies()).isTrue();
            Namespace app = app();
            EntityPath otherCase = EntityPath.queue(profile == Profile.AZURE ? "ORDERS" : "orders");
            assertThat(maySend(app, otherCase)).isTrue();
            assertThat(mayPeek(app, otherCase)).isFalse();
            assertThat(mayPeek(app, otherCase.deadLetterQueue())).isFalse();
        }

        @Test
        void isNotAskedOfWhoHasTheNamespaceItself() {
            policy(QUEUE, Claim.SEND);
            bus.send("a");
            assertThat(bus.take()).isNotNull();
        }
    }

    @Nested
    class Changing {

        @Test
        void claimsCountsAtTheNextCall() {
            AccessPolicy policy = policy(QUEUE, Claim.SEND);
            Namespace app = app();
            bus.get(bus.namespace.updatePolicy(policy.withClaims(Claim.LISTEN)));
            assertThat(maySend(app, QUEUE)).isFalse();
            assertThat(mayPeek(app, QUEUE)).isTrue();
            policy(null, Claim.SEND);
            assertThat(maySend(app, QUEUE)).isTrue();
        }

        @Test
        void aKeyShutsOutWhoCameWithIt() {
            AccessPolicy policy = policy(QUEUE, Claim.SEND);
            Namespace byFirst = app();
            Namespace bySecond =
                    bus.namespace.authorize("app", policy.secondaryKey().text());
            bus.get(bus.namespace.updatePolicy(policy.withPrimaryKey(AccessKey.of("the-next-key"))));
            assertThat(maySend(byFirst, QUEUE)).isFalse();
            assertThat(maySend(bySecond, QUEUE)).isTrue();
            assertThat(maySend(bus.namespace.authorize("app", "the-next-key"), QUEUE))
                    .isTrue();
        }

        @Test
        void anEntityForAnotherOfItsNameTakesItsPoliciesAway() {
            policy(QUEUE, Claim.SEND);
            Namespace app = app();
            bus.get(bus.namespace.deleteQueue("orders"));
            bus.create(QueueDescription.builder("orders"));
            assertThat(maySend(app, QUEUE)).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"orders", "missing", "orders/$deadletterqueue"})
        void nothingIsLearntOfWhatIsThere(String name) {
            policy(EntityPath.topic("news"), Claim.MANAGE);
            EntityPath path = EntityPath.parse(name);
            BrokerException refusal = bus.failure(app().peek(path, 0, 1));
            assertThat(refusal.code()).isEqualTo(ErrorCode.Unauthorized);
            assertThat(refusal)
                    .hasMessageStartingWith("policy 'app' has no claim LISTEN on queue '" + name + "'")
                    .hasMessageNotContaining(KEY);
            assertThat(isRefused(() -> app().resolve(path, false))).isTrue();
        }

        @Test
        void listsShowWhatThereIsAClaimOn() {
            bus.create(QueueDescription.builder("other"));
            bus.get(bus.namespace.createTopic(TopicDescription.of("hidden")));
            policy(QUEUE, Claim.SEND);
            policy(EntityPath.topic("news"), Claim.LISTEN);
            assertThat(bus.get(app().queues()))
                    .extracting(QueueDescription::name)
                    .containsExactly("orders");
            assertThat(bus.get(app().topics()))
                    .extracting(TopicDescription::name)
                    .containsExactly("news");
        }
    }

    @Nested
    class Transactions {

        private PartitionCommit work(Delivery held) {
            OutgoingMessage send = new OutgoingMessage(
                    EntityPath.topic("news"), TestBus.text("m").build());
            return new PartitionCommit(0, List.of(send), List.of(held.requireLockToken()));
        }

        @Test
        void areRefusedWhole() {
            bus.send("held");
            Delivery held = bus.take();
            policy(QUEUE, Claim.LISTEN);
            Namespace app = app();
            assertThat(isRefused(() -> app.commit(work(held)))).isTrue();
            assertThat(bus.counters().locked()).isEqualTo(1);
            policy(EntityPath.topic("news"), Claim.SEND);
            bus.get(app.commit(work(held)));
            assertThat(bus.counters().locked()).isZero();
        }

        @Test
        void endInARollbackThatNeedsNoClaim() {
            bus.send("held");
            AccessPolicy policy = policy(QUEUE, Claim.LISTEN);
            Namespace app = app();
            Delivery held = bus.take();
            bus.get(bus.namespace.updatePolicy(policy.withClaims(Claim.SEND)));
            List<SettlementOutcome> outcomes =
                    bus.get(app.settleAll(List.of(held.requireLockToken()), Settlement.ABANDON));
            assertThat(outcomes).extracting(SettlementOutcome::failure).containsOnlyNulls();
            assertThat(bus.take().deliveryCount()).isEqualTo(1);
        }

        /** It would stay locked as long as its lock is renewed. */
        @Test
        void giveBackWhatTheyMayNotSettle() {
            bus.send("one");
            bus.send("two");
            policy(QUEUE, Claim.SEND);
            LockToken one = bus.take().requireLockToken();
            LockToken two = bus.take().requireLockToken();
            assertThat(isRefused(() -> app().settle(one, Settlement.COMPLETE))).isTrue();
            assertThat(isRefused(() -> app().settleAll(List.of(two), Settlement.COMPLETE)))
                    .isTrue();
            assertThat(bus.takeAll(QUEUE)).containsExactly("one", "two");
        }

        @Test
        void settleWhatTheyMayOfSeveral() {
            bus.create(QueueDescription.builder("other"));
            bus.send("one");
            bus.send(EntityPath.queue("other"), TestBus.text("two"));
            bus.send("three");
            Delivery one = bus.take();
            Delivery two = bus.take(EntityPath.queue("other"));
            Delivery three = bus.take();
            policy(QUEUE, Claim.LISTEN);
            List<SettlementOutcome> outcomes = bus.get(app().settleAll(
                            List.of(one.requireLockToken(), two.requireLockToken(), three.requireLockToken()),
                            Settlement.COMPLETE));
            assertThat(outcomes)
                    .extracting(SettlementOutcome::token)
                    .containsExactly(one.requireLockToken(), two.requireLockToken(), three.requireLockToken());
            assertThat(outcomes)
                    .extracting(outcome ->
                            outcome.failure() == null ? null : outcome.failure().code())
                    .containsExactly(null, ErrorCode.Unauthorized, null);
        }
    }

    @Nested
    class Creating {

        @Test
        void onFirstUseNeedsManageOnTheNamespaceAndSaysSo() {
            policy(null, Claim.SEND);
            BrokerException refusal = bus.failure(app().resolve(EntityPath.queue("new"), true));
            assertThat(refusal.code()).isEqualTo(ErrorCode.Unauthorized);
            assertThat(refusal)
                    .hasMessageStartingWith("policy 'app' may not create queue 'new', on first use neither")
                    .hasMessageContaining("MANAGE on the namespace");
            assertThat(bus.errorOf(app().resolve(EntityPath.queue("new"), false)))
                    .isEqualTo(ErrorCode.EntityNotFound);
            bus.get(bus.namespace.authorize("manager", "manager-key").resolve(EntityPath.queue("new"), true));
            bus.get(app().resolve(EntityPath.queue("new"), true));
        }

        @ParameterizedTest
        @ValueSource(strings = {"target", "news"})
        void somethingThatForwardsNeedsSendOnTheTarget(String target) {
            policy(null, Claim.LISTEN);
            policy(QUEUE, Claim.MANAGE);
            policy(EntityPath.topic("news"), Claim.LISTEN);
            bus.create(QueueDescription.builder("target"));
            QueueDescription messages =
                    QueueDescription.builder("orders").forwardTo(target).build();
            QueueDescription deadLetters = QueueDescription.builder("orders")
                    .forwardDeadLetteredMessagesTo(target)
                    .build();
            SubscriptionDescription subscription = SubscriptionDescription.builder("news", "app")
                    .madeByApplication(true)
                    .forwardTo("target")
                    .build();
            Namespace app = app();
            assertThat(isRefused(() -> app.updateQueue(messages))).isTrue();
            assertThat(isRefused(() -> app.updateQueue(deadLetters))).isTrue();
            assertThat(isRefused(() -> app.updateSubscription(subscription))).isTrue();
            bus.get(bus.namespace.deletePolicy(EntityPath.topic("news"), "app"));
            policy(EntityPath.topic("news"), Claim.LISTEN, Claim.SEND);
            policy(EntityPath.queue("target"), Claim.SEND);
            bus.get(app.updateSubscription(subscription));
            bus.get(app.updateQueue(deadLetters));
            bus.get(app.updateQueue(messages));
        }

        @Test
        void aNewSubscriptionThatForwardsNeedsSendOnTheTarget() {
            bus.create(QueueDescription.builder("target"));
            AccessPolicy policy = policy(null, Claim.LISTEN);
            Supplier<Object> create = () -> app().createSubscription(SubscriptionDescription.builder("news", "own")
                    .madeByApplication(true)
                    .forwardTo("target")
                    .build());
            assertThat(isRefused(create)).isTrue();
            bus.get(bus.namespace.updatePolicy(policy.withClaims(Claim.LISTEN, Claim.SEND)));
            assertThat(isRefused(create)).isFalse();
        }

        @Test
        void aMoveNeedsSendOnTheDestination() {
            EntityPath target = EntityPath.queue("target");
            bus.create(QueueDescription.builder("target"));
            bus.send("m");
            policy(QUEUE, Claim.MANAGE);
            policy(target, Claim.LISTEN);
            Supplier<Object> move =
                    () -> app().moveMessages(QUEUE, target, MessageSelection.ALL, DeadLetterProperties.KEEP)
                            .result();
            assertThat(isRefused(move)).isTrue();
            bus.get(bus.namespace.deletePolicy(target, "app"));
            policy(target, Claim.SEND);
            assertThat(isRefused(move)).isFalse();
            assertThat(bus.takeAll(target)).containsExactly("m");
        }

        /** What the broker does by itself asks nobody, and other settings of what forwards are its manager's. */
        @Test
        void somethingThatForwardsAlreadyNeedsNoMore() {
            bus.create(QueueDescription.builder("target"));
            QueueDescription.Builder forwards =
                    QueueDescription.builder("orders").forwardTo("target").forwardDeadLetteredMessagesTo("target");
            bus.get(bus.namespace.updateQueue(forwards.build()));
            policy(QUEUE, Claim.MANAGE);
            bus.get(app().updateQueue(forwards.maxDeliveryCount(3).build()));
            bus.get(app().send(QUEUE, TestBus.text("m").build()));
            assertThat(bus.takeAll(EntityPath.queue("target"))).containsExactly("m");
        }
    }
}
