/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.peeklock.administration.jmx.NamespaceBeans;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What seldom happens, and what takes time, is the same number at a meter and at an attribute. The bus goes by a clock of the test. */
final class MetersAndBeansTest {
    private static final String NAMESPACE = "io.peeklock:namespace=\"bus\",type=Namespace";
    private static final String QUEUE = "io.peeklock:namespace=\"bus\",type=Queue,name=\"orders\"";
    private static final String LAST = "io.peeklock:namespace=\"bus\",type=Queue,name=\"last\"";
    private static final String PARTITION = "io.peeklock:namespace=\"bus\",type=Partition,index=3";

    private final TestBus bus = TestBus.simulated(4, TestBus.config(Profile.JMS));
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final MBeanServer server = MBeanServerFactory.newMBeanServer();

    private double meter(String name, String... tags) {
        return registry.get(name).tags(tags).meter().measure().iterator().next().getValue();
    }

    private Object attribute(String bean, String name) throws JMException {
        return server.getAttribute(new ObjectName(bean), name);
    }

    @FunctionalInterface
    private interface Look {
        void at() throws JMException;
    }

    /** From now on whoever asks runs the bus, so they do one after the other. */
    private void read(Look beans, Runnable meters) throws JMException {
        bus.runtime.runInlineFromNowOn();
        try (NamespaceBeans registered = NamespaceBeans.register(bus.namespace, "bus", server)) {
            assertThat(registered.objectName()).hasToString(NAMESPACE);
            beans.at();
        }
        try (PeeklockMeters bound = new PeeklockMeters(bus.namespace, "bus")) {
            bound.bindTo(registry);
            meters.run();
        }
    }

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    void ofLocksAndAges() throws JMException {
        bus.create(QueueDescription.builder("orders").lockDuration(Duration.ofSeconds(30)));
        bus.send("first");
        bus.send("second");
        bus.take();
        bus.take();
        bus.advance(Duration.ofSeconds(30));
        bus.settle(bus.take(), Settlement.COMPLETE);
        bus.take();
        bus.send("bad");
        bus.settle(bus.take(), new Settlement.DeadLetter("why", null, Map.of()));
        bus.advance(Duration.ofSeconds(5));
        bus.send("waits");
        bus.advance(Duration.ofSeconds(10));
        read(
                () -> {
                    assertThat(attribute(QUEUE, "Locked")).isEqualTo(1L);
                    assertThat(attribute(QUEUE, "LocksLost")).isEqualTo(2L);
                    assertThat(attribute(QUEUE, "OldestActiveAgeMillis")).isEqualTo(10_000L);
                    assertThat(attribute(QUEUE, "OldestDeadLetterAgeMillis")).isEqualTo(15_000L);
                },
                () -> {
                    assertThat(meter("peeklock.messages", "state", "locked")).isEqualTo(1);
                    assertThat(meter("peeklock.locks.lost")).isEqualTo(2);
                    assertThat(meter("peeklock.messages.oldest.age", "state", "active"))
                            .isEqualTo(10);
                    assertThat(meter("peeklock.messages.oldest.age", "state", "dead_lettered"))
                            .isEqualTo(15);
                });
    }

    /** Each is another number, so that none can stand in for another. */
    @Test
    void ofEachState() throws JMException {
        bus.create(QueueDescription.builder("orders"));
        repeat(1, () -> bus.settle(sendAndTake("a"), Settlement.DEFER));
        repeat(2, () -> bus.settle(sendAndTake("b"), new Settlement.DeadLetter("why", null, Map.of())));
        repeat(3, () -> bus.send(TestBus.ORDERS, TestBus.text("later").deliveryDelayMs(60_000)));
        repeat(4, () -> sendAndTake("locked"));
        repeat(5, () -> bus.send("waits"));
        read(
                () -> {
                    assertThat(attribute(QUEUE, "Deferred")).isEqualTo(1L);
                    assertThat(attribute(QUEUE, "DeadLetters")).isEqualTo(2L);
                    assertThat(attribute(QUEUE, "Scheduled")).isEqualTo(3L);
                    assertThat(attribute(QUEUE, "Locked")).isEqualTo(4L);
                    assertThat(attribute(QUEUE, "Active")).isEqualTo(5L);
                },
                () -> {
                    assertThat(meter("peeklock.messages", "state", "deferred")).isEqualTo(1);
                    assertThat(meter("peeklock.messages", "state", "dead_lettered"))
                            .isEqualTo(2);
                    assertThat(meter("peeklock.messages", "state", "scheduled")).isEqualTo(3);
                    assertThat(meter("peeklock.messages", "state", "locked")).isEqualTo(4);
                    assertThat(meter("peeklock.messages", "state", "active")).isEqualTo(5);
                });
    }

    @Test
    void ofSessionsAndTopics() throws JMException {
        bus.create(QueueDescription.builder("orders").sessionRequired(true));
        for (String session : List.of("a", "b", "c")) {
            bus.send(TestBus.ORDERS, TestBus.text("waits").sessionId(session));
        }
        bus.get(bus.namespace.acceptSession(TestBus.ORDERS, "b", SessionOptions.peekLock()));
        bus.get(bus.namespace.createTopic(TopicDescription.of("news")));
        repeat(
                2,
                () -> bus.get(bus.namespace.send(
                        EntityPath.topic("news"), TestBus.text("read by nobody").build())));
        read(
                () -> {
                    assertThat(attribute(QUEUE, "Sessions")).isEqualTo(3);
                    assertThat(attribute(QUEUE, "HeldSessions")).isEqualTo(1);
                    assertThat(attribute("io.peeklock:namespace=\"bus\",type=Topic,name=\"news\"", "Enqueued"))
                            .isEqualTo(2L);
                },
                () -> assertThat(meter("peeklock.messages.enqueued", "entity", "news"))
                        .isEqualTo(2));
    }

    @Test
    void ofEachCounter() throws JMException {
        bus.create(QueueDescription.builder("orders").lockDuration(Duration.ofSeconds(30)));
        repeat(5, () -> bus.settle(sendAndTake("done"), Settlement.COMPLETE));
        repeat(2, () -> bus.settle(sendAndTake("bad"), new Settlement.DeadLetter("why", null, Map.of())));
        repeat(7, () -> bus.send(TestBus.ORDERS, TestBus.text("short").timeToLiveMs(1_000)));
        bus.advance(Duration.ofSeconds(1));
        bus.send("not done in time");
        bus.take();
        bus.advance(Duration.ofSeconds(30));
        repeat(3, () -> bus.settle(bus.take(), Settlement.ABANDON));
        bus.settle(bus.take(), Settlement.COMPLETE);
        read(
                () -> {
                    assertThat(attribute(QUEUE, "LocksLost")).isEqualTo(1L);
                    assertThat(attribute(QUEUE, "DeadLettered")).isEqualTo(2L);
                    assertThat(attribute(QUEUE, "Abandoned")).isEqualTo(3L);
                    assertThat(attribute(QUEUE, "Expired")).isEqualTo(7L);
                    assertThat(attribute(QUEUE, "Completed")).isEqualTo(6L);
                    assertThat(attribute(QUEUE, "Delivered")).isEqualTo(12L);
                    assertThat(attribute(QUEUE, "Enqueued")).isEqualTo(15L);
                    assertThat(attribute(QUEUE, "Redelivered")).isEqualTo(4L);
                },
                () -> {
                    assertThat(meter("peeklock.locks.lost")).isEqualTo(1);
                    assertThat(meter("peeklock.messages.deadlettered")).isEqualTo(2);
                    assertThat(meter("peeklock.messages.abandoned")).isEqualTo(3);
                    assertThat(meter("peeklock.messages.expired")).isEqualTo(7);
                    assertThat(meter("peeklock.messages.completed")).isEqualTo(6);
                    assertThat(meter("peeklock.messages.delivered")).isEqualTo(12);
                    assertThat(meter("peeklock.messages.enqueued")).isEqualTo(15);
                    assertThat(meter("peeklock.messages.redelivered")).isEqualTo(4);
                });
    }

    @Test
    void countersStayWhereTheyWereWhileAPartitionIsOut() {
        bus.create(QueueDescription.builder("orders").homePartition(3));
        bus.send("counted");
        bus.runtime.runInlineFromNowOn();
        try (PeeklockMeters bound = new PeeklockMeters(bus.namespace, "bus")) {
            bound.bindTo(registry);
            assertThat(meter("peeklock.messages.enqueued")).isEqualTo(1);
            bus.store().failNextAppend(3, Reason.IO);
            bus.failure(bus.namespace.send(TestBus.ORDERS, TestBus.text("lost").build()));
            await().until(() -> Double.isNaN(meter("peeklock.messages", "state", "active")));
            assertThat(meter("peeklock.messages.enqueued")).isEqualTo(1);
        }
    }

    private Delivery sendAndTake(String text) {
        bus.send(text);
        return bus.take();
    }

    private static void repeat(int times, Runnable what) {
        for (int i = 0; i < times; i++) {
            what.run();
        }
    }

    /** One branch over three partitions, one of which decides, and three messages on their way to the fourth, which is out. */
    @Test
    void ofWhatIsInDoubt() throws JMException {
        List<PartitionCommit> parts = new ArrayList<>();
        for (int partition = 0; partition < 3; partition++) {
            bus.create(QueueDescription.builder("q" + partition).homePartition(partition));
            OutgoingMessage message = new OutgoingMessage(
                    EntityPath.queue("q" + partition), TestBus.text("a").build());
            parts.add(new PartitionCommit(partition, List.of(message), List.of()));
        }
        bus.get(bus.namespace.prepare(new BranchXid(7, new byte[] {1}, new byte[] {1}), parts));
        bus.create(QueueDescription.builder("last").homePartition(3));
        bus.create(QueueDescription.builder("first").homePartition(0).forwardTo("last"));
        bus.store().failNextAppend(3, Reason.IO);
        bus.failure(
                bus.namespace.send(EntityPath.queue("last"), TestBus.text("x").build()));
        for (int i = 0; i < 3; i++) {
            bus.send(EntityPath.queue("first"), TestBus.text("on its way"));
        }
        read(
                () -> {
                    assertThat(attribute(NAMESPACE, "PreparedBranches")).isEqualTo(1L);
                    assertThat(attribute(NAMESPACE, "PartsInDoubt")).isEqualTo(2L);
                    assertThat(attribute(NAMESPACE, "Transfers")).isEqualTo(3L);
                    assertThat(attribute(NAMESPACE, "FailedPartitions")).isEqualTo(1);
                    assertThat(attribute(PARTITION, "State")).isEqualTo("FAILED");
                    assertThat((String) attribute(PARTITION, "Reason")).isNotEmpty();
                    assertThat(attribute(LAST, "UnavailablePartitions")).isEqualTo(1);
                },
                () -> {
                    assertThat(meter("peeklock.transactions.indoubt", "kind", "branch"))
                            .isEqualTo(1);
                    assertThat(meter("peeklock.transactions.indoubt", "kind", "part"))
                            .isEqualTo(2);
                    assertThat(meter("peeklock.transactions.indoubt", "kind", "transfer"))
                            .isEqualTo(3);
                    assertThat(meter("peeklock.partitions", "state", "failed")).isEqualTo(1);
                    assertThat(meter("peeklock.messages", "entity", "last", "state", "active"))
                            .isNaN();
                    assertThat(meter("peeklock.messages", "entity", "first", "state", "active"))
                            .isZero();
                });
    }
}
