/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.message.Message;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a test leaves behind, and what is left of it when the namespace goes back. */
class EntityBaselineTest {

    private static final EntityPath ORDERS = EntityPath.queue("orders");
    private static final EntityPath TRIPS = EntityPath.queue("trips");

    private final TestNamespace bus = TestNamespace.builder()
            .manualClock()
            .options("lockRenewal=0&partitions=2")
            .open();
    private final Namespace namespace = bus.namespace();

    @BeforeEach
    void declare() {
        namespace
                .createQueue(QueueDescription.builder("orders")
                        .maxDeliveryCount(3)
                        .duplicateDetectionWindow(Duration.ofHours(1))
                        .build())
                .join();
        namespace
                .createQueue(
                        QueueDescription.builder("trips").sessionRequired(true).build())
                .join();
        namespace.createTopic(TopicDescription.of("prices")).join();
        namespace
                .createSubscription(SubscriptionDescription.of("prices", "ledger"))
                .join();
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private long send(EntityPath to, Message.Builder message) {
        return namespace.send(to, message.build()).join();
    }

    private Delivery receive(EntityPath from) {
        try (var receiver = namespace.openReceiver(from, ReceiverOptions.peekLock())) {
            return receiver.receive().join();
        }
    }

    @Test
    void hasNoMessagesInWhateverState() throws Exception {
        EntityBaseline baseline = bus.baseline();
        try (JMSContext context = bus.connectionFactory().createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            Queue orders = context.createQueue("orders");
            context.createProducer().send(orders, "locked").send(orders, "active");
            context.createProducer().setDeliveryDelay(1_000).send(orders, "scheduled");
            context.createConsumer(orders).receiveNoWait();
            context.createProducer().send(context.createTopic("prices"), "published");
            baseline.restore();
            assertThat(bus.describe()).endsWith("has no messages");
            assertThat(namespace.counters(ORDERS).join().locked()).isZero();
            bus.advance(Duration.ofDays(1));
            assertThat(bus.describe()).endsWith("has no messages");
        }
    }

    @Test
    void hasNoStatesOfSessions() {
        EntityBaseline baseline = bus.baseline();
        SessionReceiver before =
                namespace.acceptSession(TRIPS, "a", SessionOptions.peekLock()).join();
        before.setSessionState(new byte[] {1}).join();
        baseline.restore();
        SessionReceiver after =
                namespace.acceptSession(TRIPS, "a", SessionOptions.peekLock()).join();
        assertThat(after.getSessionState().join()).isEmpty();
    }

    @Test
    void hasForgottenTheIdsOfMessages() {
        EntityBaseline baseline = bus.baseline();
        send(ORDERS, Message.builder().applicationMessageId("one"));
        baseline.restore();
        send(ORDERS, Message.builder().applicationMessageId("one"));
        send(ORDERS, Message.builder().applicationMessageId("one"));
        assertThat(namespace.counters(ORDERS).join().active()).isEqualTo(1);
    }

    @Test
    void hasTheEntitiesThatWereThereAsTheyWere() {
        EntityBaseline baseline = bus.baseline();
        List<QueueDescription> queues = namespace.queues().join();
        List<RuleDescription> rules = namespace.rules("prices", "ledger").join();
        namespace.createQueue(QueueDescription.of("more")).join();
        namespace.createTopic(TopicDescription.of("news")).join();
        namespace
                .updateQueue(namespace.queue("orders").join().toBuilder()
                        .maxDeliveryCount(9)
                        .build())
                .join();
        namespace.deleteQueue("trips").join();
        namespace
                .createSubscription(SubscriptionDescription.of("prices", "audit"))
                .join();
        namespace.deleteRule("prices", "ledger", RuleDescription.DEFAULT_NAME).join();
        baseline.restore();
        assertThat(namespace.queues().join()).isEqualTo(queues);
        assertThat(namespace.topics().join()).extracting(TopicDescription::name).containsExactly("prices");
        assertThat(namespace.subscriptions("prices").join())
                .extracting(SubscriptionDescription::name)
                .containsExactly("ledger");
        assertThat(namespace.rules("prices", "ledger").join()).isEqualTo(rules);
    }

    @Test
    void hasThePoliciesThatWereThere() {
        AccessPolicy shop =
                namespace.createPolicy(AccessPolicy.of("shop", Claim.SEND)).join();
        AccessPolicy ofOrders = namespace
                .createPolicy(AccessPolicy.of("kitchen", Claim.LISTEN).on(ORDERS))
                .join();
        EntityBaseline baseline = bus.baseline();
        namespace
                .createPolicy(AccessPolicy.of("stranger", Claim.MANAGE, Claim.SEND, Claim.LISTEN))
                .join();
        namespace.deletePolicy(null, "shop").join();
        baseline.restore();
        assertThat(namespace.policies(null).join()).containsExactly(shop);
        assertThat(namespace.policies(ORDERS).join()).containsExactly(ofOrders);
    }

    @Test
    @Tag("X6")
    void hasNoPreparedTransactions() {
        EntityBaseline baseline = bus.baseline();
        send(ORDERS, Message.builder());
        Delivery taken = receive(ORDERS);
        BranchXid xid = new BranchXid(1, new byte[] {1}, new byte[] {1});
        namespace
                .prepare(
                        xid,
                        List.of(new PartitionCommit(
                                taken.lockToken().partition(), List.of(), List.of(taken.lockToken()))))
                .join();
        baseline.restore();
        assertThat(namespace.preparedBranches().join()).isEmpty();
        assertThat(bus.describe()).endsWith("has no messages");
    }

    @Test
    @Tag("X6")
    void hasForgottenWhatAnAdministratorHasDecided() {
        EntityBaseline baseline = bus.baseline();
        send(ORDERS, Message.builder());
        Delivery taken = receive(ORDERS);
        BranchXid xid = new BranchXid(1, new byte[] {1}, new byte[] {1});
        namespace
                .prepare(
                        xid,
                        List.of(new PartitionCommit(
                                taken.lockToken().partition(), List.of(), List.of(taken.lockToken()))))
                .join();
        namespace.commitPrepared(xid).join();
        baseline.restore();
        assertThat(namespace.preparedBranches().join()).isEmpty();
    }

    @Test
    void isGoneBackToAsOftenAsOneLikes() {
        EntityBaseline baseline = bus.baseline();
        for (int round = 0; round < 3; round++) {
            send(ORDERS, Message.builder().applicationMessageId("one"));
            assertThat(namespace.counters(ORDERS).join().active()).isEqualTo(1);
            baseline.restore();
        }
    }

    @Test
    void letsConnectionsAndProducersWorkOn() {
        EntityBaseline baseline = bus.baseline();
        try (JMSContext context = bus.connectionFactory().createContext()) {
            var producer = context.createProducer();
            Queue orders = context.createQueue("orders");
            producer.send(orders, "before");
            baseline.restore();
            producer.send(orders, "after");
            assertThat(context.createConsumer(orders).receiveBody(String.class, 10_000))
                    .isEqualTo("after");
        }
    }

    @Test
    void doesNotTurnTheClockBack() {
        EntityBaseline baseline = bus.baseline();
        bus.advance(Duration.ofDays(1));
        var time = bus.clock().instant();
        baseline.restore();
        assertThat(bus.clock().instant()).isEqualTo(time);
    }
}
