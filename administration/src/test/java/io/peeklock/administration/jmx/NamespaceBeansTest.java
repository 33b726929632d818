/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.administration.monitoring.NamespaceMonitor;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a JMX client sees of a namespace. */
final class NamespaceBeansTest {
    private static final String BUS = "io.peeklock:namespace=\"bus\",";
    private static final EntityPath ORDERS = EntityPath.queue("orders");
    private static final String QUEUE = BUS + "type=Queue,name=\"orders\"";

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private LocalNamespace namespace;
    private NamespaceBeans beans;

    @BeforeEach
    void register() throws JournalException, JMException {
        namespace = LocalNamespace.open(new MemoryJournalStore(2, false), NamespaceConfig.defaults());
        namespace.createQueue(QueueDescription.of("orders")).join();
        namespace.createTopic(TopicDescription.of("news")).join();
        namespace.createSubscription(SubscriptionDescription.of("news", "all")).join();
        beans = NamespaceBeans.register(namespace, "bus", server);
    }

    @AfterEach
    void close() {
        beans.close();
        namespace.close();
    }

    private Object get(String bean, String attribute) throws JMException {
        return server.getAttribute(new ObjectName(bean), attribute);
    }

    private Set<String> names() {
        return server.queryNames(null, null).stream()
                .map(ObjectName::toString)
                .filter(name -> name.startsWith("io.peeklock:"))
                .collect(Collectors.toSet());
    }

    private void deadLetter() {
        namespace.send(ORDERS, TestBus.text("a").build()).join();
        try (Receiver receiver = namespace.openReceiver(ORDERS, ReceiverOptions.peekLock())) {
            namespace
                    .settle(
                            receiver.receive().join().requireLockToken(),
                            new Settlement.DeadLetter("why", null, Map.of()))
                    .join();
        }
    }

    /** What is asked now is not what was known before. */
    private void awaitValue(String bean, String attribute, Object value) {
        Awaitility.await().untilAsserted(() -> assertThat(get(bean, attribute)).isEqualTo(value));
    }

    @Nested
    class Beans {
        @Test
        void areTheNamespaceItsPartitionsAndItsEntities() {
            assertThat(names())
                    .containsExactlyInAnyOrder(
                            BUS + "type=Namespace",
                            BUS + "type=Partition,index=0",
                            BUS + "type=Partition,index=1",
                            QUEUE,
                            BUS + "type=Topic,name=\"news\"",
                            BUS + "type=Subscription,topic=\"news\",name=\"all\"");
        }

        @Test
        void canBeReadByAClientWithoutOurClasses() throws JMException {
            for (ObjectName name : server.queryNames(new ObjectName("io.peeklock:*"), null)) {
                for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                    assertThat(attribute.getDescriptor().getFieldValue("openType"))
                            .isNotNull();
                    assertThat(server.getAttribute(name, attribute.getName()))
                            .as("%s of %s", attribute.getName(), name)
                            .isNotNull();
                }
            }
        }

        @Test
        void describeAllThatTheyHave() throws JMException {
            for (ObjectName name : server.queryNames(new ObjectName("io.peeklock:*"), null)) {
                for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                    assertThat(attribute.getDescription())
                            .as("%s of %s", attribute.getName(), name)
                            .isNotBlank()
                            .satisfiesAnyOf(
                                    text -> assertThat(text).isNotEqualTo(attribute.getName()),
                                    text -> assertThat(text).isIn("Queues", "Topics", "Subscriptions"));
                }
            }
            assertThat(server.getMBeanInfo(new ObjectName(QUEUE)).getOperations())
                    .allMatch(operation -> operation.getImpact() == MBeanOperationInfo.ACTION)
                    .extracting(MBeanOperationInfo::getDescription)
                    .anyMatch(text -> text.startsWith("DELETES all dead letters"));
        }

        @Test
        void comeAndGoWithTheirEntities() {
            namespace.deleteQueue("orders").join();
            namespace.createQueue(QueueDescription.of("tea \"green\",*?")).join();
            Awaitility.await().untilAsserted(() -> {
                beans.look();
                assertThat(names())
                        .doesNotContain(QUEUE)
                        .contains(BUS + "type=Queue,name=" + ObjectName.quote("tea \"green\",*?"));
            });
        }

        @Test
        void ofASecondNamespaceOfThatNameAreNumbered() throws JournalException, JMException {
            try (LocalNamespace other =
                            LocalNamespace.open(new MemoryJournalStore(1, false), NamespaceConfig.defaults());
                    NamespaceBeans others = NamespaceBeans.register(other, "bus", server)) {
                assertThat(others.objectName()).hasToString("io.peeklock:namespace=\"bus#2\",type=Namespace");
                assertThat(get(others.objectName().toString(), "Id"))
                        .isEqualTo(other.id().toString());
            }
            assertThat(names()).hasSize(6);
        }

        @Test
        void keepNoProcessAlive() {
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().equals("peeklock-jmx-bus"))
                    .isNotEmpty()
                    .allMatch(Thread::isDaemon);
        }

        @Test
        void areGoneWhenTheyAreClosed() {
            beans.close();
            beans.close();
            assertThat(names()).isEmpty();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                            .extracting(Thread::getName)
                            .doesNotContain("peeklock-jmx-bus"));
        }

        @Test
        void areGoneSoonAfterTheirNamespaceIsClosed() {
            namespace.close();
            beans.look();
            assertThat(names()).isEmpty();
        }
    }

    @Nested
    class Attributes {
        @Test
        void ofAQueueAreItsNumbers() throws JMException {
            assertThat(get(QUEUE, "Active")).isEqualTo(0L);
            deadLetter();
            namespace.send(ORDERS, TestBus.text("b").build()).join();
            awaitValue(QUEUE, "Active", 1L);
            assertThat(get(QUEUE, "DeadLetters")).isEqualTo(1L);
            assertThat(get(QUEUE, "DeadLettered")).isEqualTo(1L);
            assertThat(get(QUEUE, "Enqueued")).isEqualTo(2L);
            assertThat(get(QUEUE, "Delivered")).isEqualTo(1L);
        }

        @Test
        void ofTheNamespaceAreItsSums() throws JMException {
            assertThat(get(BUS + "type=Namespace", "Queues")).isEqualTo(1);
            assertThat(get(BUS + "type=Namespace", "Partitions")).isEqualTo(2);
            assertThat(get(BUS + "type=Namespace", "FailedPartitions")).isEqualTo(0);
        }

        @Test
        void ofAPartitionTellWhetherItServes() {
            namespace.send(ORDERS, TestBus.text("a").build()).join();
            awaitValue(BUS + "type=Partition,index=0", "State", "SERVING");
            awaitValue(BUS + "type=Partition,index=0", "Messages", 1L);
            awaitValue(BUS + "type=Partition,index=1", "State", "UNUSED");
        }

        @Test
        void ofAClosedNamespaceFailWithClassesOfTheJdk() {
            namespace.close();
            assertThatThrownBy(() -> get(QUEUE, "Active"))
                    .isInstanceOf(RuntimeMBeanException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the namespace is closed");
        }
    }

    @Nested
    class Operations {
        private Object invoke(String bean, String operation) throws JMException {
            return server.invoke(new ObjectName(bean), operation, new Object[0], new String[0]);
        }

        @Test
        void redrivePutsDeadLettersBack() throws JMException {
            deadLetter();
            assertThat(invoke(QUEUE, "redriveDeadLetters")).isEqualTo(1L);
            assertThat(namespace.counters(ORDERS).join().active()).isEqualTo(1);
        }

        @Test
        void purgeRemovesDeadLettersAndNothingElse() throws JMException {
            deadLetter();
            namespace.send(ORDERS, TestBus.text("b").build()).join();
            assertThat(invoke(QUEUE, "purgeDeadLetters")).isEqualTo(1L);
            assertThat(namespace.counters(ORDERS).join().deadLettered()).isZero();
            assertThat(namespace.counters(ORDERS).join().active()).isEqualTo(1);
        }

        /** Whoever looks from another process has no class of ours. */
        @Test
        void thatFailSayWhyWithClassesOfTheJdk() {
            namespace.deleteQueue("orders").join();
            assertThatThrownBy(() -> invoke(QUEUE, "purgeDeadLetters"))
                    .isInstanceOf(RuntimeMBeanException.class)
                    .cause()
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasNoCause()
                    .hasMessageContaining("the purge of orders/$deadletterqueue failed: ");
        }

        @Test
        void reopenSaysTheState() throws JMException {
            namespace.send(ORDERS, TestBus.text("a").build()).join();
            assertThat(invoke(BUS + "type=Partition,index=0", "reopen")).isEqualTo("SERVING");
        }
    }

    @Test
    void moreEntitiesThanAreWatchedAreSaid() throws JMException {
        List<String> many = IntStream.range(0, NamespaceMonitor.DEFAULT_MAX_ENTITIES)
                .mapToObj(i -> "q" + i)
                .toList();
        many.forEach(name -> namespace.createQueue(QueueDescription.of(name)).join());
        awaitValue(BUS + "type=Namespace", "EntitiesWithoutBean", 3);
    }
}
