/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.meters;

import static io.peeklock.broker.namespace.TestBus.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.peeklock.administration.jmx.NamespaceBeans;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.PartitionStatistics;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.SyncTimes;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a registry reads of a namespace. */
final class PeeklockMetersTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private LocalNamespace namespace;
    private PeeklockMeters meters;

    @BeforeEach
    void open() throws JournalException {
        open(new MemoryJournalStore(2, false));
    }

    private void open(JournalStore store) throws JournalException {
        namespace = LocalNamespace.open(store, NamespaceConfig.defaults());
        create("orders");
        meters = new PeeklockMeters(namespace, "bus");
    }

    @AfterEach
    void close() {
        meters.close();
        namespace.close();
    }

    private void create(String name) {
        namespace.createQueue(QueueDescription.of(name)).join();
    }

    private void send() {
        namespace.send(ORDERS, TestBus.text("a").build()).join();
    }

    private void settleOne(Settlement settlement) {
        try (Receiver receiver = namespace.openReceiver(ORDERS, ReceiverOptions.peekLock())) {
            namespace
                    .settle(receiver.receive().join().requireLockToken(), settlement)
                    .join();
        }
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    private double counter(String name) {
        return registry.get(name).tags("entity", "orders").functionCounter().count();
    }

    private double messages(String state) {
        return gauge("peeklock.messages", "entity", "orders", "state", state);
    }

    /** A reading may be two seconds old. */
    private static void awaitValue(Supplier<Double> reading, double value) {
        await().untilAsserted(() -> assertThat(reading.get()).isEqualTo(value));
    }

    @Nested
    class Reading {
        @Test
        void ofAQueueIsWhatIsInItAndWhatHasHappened() {
            for (int i = 0; i < 4; i++) {
                send();
            }
            settleOne(Settlement.COMPLETE);
            settleOne(Settlement.ABANDON);
            settleOne(Settlement.DEFER);
            settleOne(new Settlement.DeadLetter("why", null, Map.of()));
            meters.bindTo(registry);
            assertThat(messages("active")).isEqualTo(1);
            assertThat(messages("deferred")).isEqualTo(1);
            assertThat(messages("dead_lettered")).isEqualTo(1);
            assertThat(messages("locked")).isZero();
            assertThat(counter("peeklock.messages.enqueued")).isEqualTo(4);
            assertThat(counter("peeklock.messages.delivered")).isEqualTo(4);
            assertThat(counter("peeklock.messages.redelivered")).isEqualTo(1);
            assertThat(counter("peeklock.messages.completed")).isEqualTo(1);
            assertThat(counter("peeklock.messages.abandoned")).isEqualTo(1);
            assertThat(counter("peeklock.messages.deadlettered")).isEqualTo(1);
            assertThat(counter("peeklock.locks.lost")).isZero();
            assertThat(gauge("peeklock.messages.oldest.age", "entity", "orders", "state", "active"))
                    .isBetween(0.0, 60.0);
            assertThat(gauge("peeklock.entity.size", "entity", "orders")).isPositive();
        }

        @Test
        void ofTheNamespaceIsItsSums() {
            meters.bindTo(registry);
            assertThat(gauge("peeklock.entities", "kind", "queue")).isEqualTo(1);
            assertThat(gauge("peeklock.partitions", "state", "unused")).isEqualTo(2);
            assertThat(gauge("peeklock.transactions.indoubt", "kind", "branch")).isZero();
            assertThat(gauge("peeklock.swap")).isZero();
            assertThat(gauge("peeklock.journal.sync.p99", "partition", "0")).isNaN();
        }

        @Test
        void followsWhatHappens() {
            meters.bindTo(registry);
            assertThat(messages("active")).isZero();
            send();
            awaitValue(() -> messages("active"), 1);
            awaitValue(() -> counter("peeklock.messages.enqueued"), 1);
        }

        @Test
        void ofAJournalOnDiskTellsHowLongSyncsTake(@TempDir Path directory) throws JournalException {
            close();
            open(ArtemisJournalStore.open(
                    directory.resolve("bus"),
                    StoreOptions.builder().partitions(2).build()));
            namespace
                    .createQueue(QueueDescription.builder("other")
                            .homePartition(1 - namespace.queue("orders").join().homePartition())
                            .build())
                    .join();
            send();
            send();
            namespace.send(EntityPath.queue("other"), TestBus.text("a").build()).join();
            meters.bindTo(registry);
            // What is read may be two seconds old.
            await().untilAsserted(this::assertThatPartitionsAreTold);
            assertThat(gauge("peeklock.journal.sync.p99", "partition", "0")).isBetween(1e-9, 60.0);
            assertThat(registry.get("peeklock.journal.syncs").functionCounter().count())
                    .isPositive();
            assertThat(registry.get("peeklock.journal.written")
                            .functionCounter()
                            .count())
                    .isPositive();
            assertThat(gauge("peeklock.journal.size", "partition", "0")).isPositive();
            assertThat(gauge("peeklock.journal.usable", "partition", "0")).isPositive();
        }

        private void assertThatPartitionsAreTold() {
            for (PartitionStatistics each : namespace.statistics().join().partitions()) {
                String partition = Integer.toString(each.health().partition());
                assertThat(registry.get("peeklock.journal.written")
                                .tag("partition", partition)
                                .functionCounter()
                                .count())
                        .isEqualTo(each.journal().bytesWritten());
                assertThat(gauge("peeklock.journal.sync.max", "partition", partition))
                        .isCloseTo(each.journal().syncTimes().maxNanos() / 1e9, within(1e-12));
            }
        }
    }

    @Test
    void beansTellTheSameOfSyncs(@TempDir Path directory) throws JournalException, JMException {
        close();
        open(ArtemisJournalStore.open(
                directory.resolve("bus"), StoreOptions.builder().partitions(1).build()));
        for (int i = 0; i < 150; i++) {
            send();
        }
        MBeanServer server = MBeanServerFactory.newMBeanServer();
        try (NamespaceBeans beans = NamespaceBeans.register(namespace, "bus", server)) {
            ObjectName partition = new ObjectName("io.peeklock:namespace=\"bus\",type=Partition,index=0");
            await().untilAsserted(() -> {
                SyncTimes times = namespace
                        .statistics()
                        .join()
                        .partitions()
                        .get(0)
                        .journal()
                        .syncTimes();
                for (ObjectName bean : List.of(partition, beans.objectName())) {
                    assertThat(server.getAttribute(bean, "SyncP99Millis")).isEqualTo(times.p99Nanos() / 1e6);
                    assertThat(server.getAttribute(bean, "SyncMaxMillis")).isEqualTo(times.maxNanos() / 1e6);
                }
            });
        }
    }

    @Nested
    class Meters {
        private List<String> entities() {
            return registry.find("peeklock.entity.size").meters().stream()
                    .map(meter -> meter.getId().getTag("entity"))
                    .toList();
        }

        @Test
        void haveTheNamesAndTagsOfTheirEntities() {
            namespace.createTopic(TopicDescription.of("news")).join();
            meters = new PeeklockMeters(namespace, "bus", List.of(Tag.of("app", "shop")), 10);
            meters.bindTo(registry);
            assertThat(registry.getMeters()).allSatisfy(meter -> {
                assertThat(meter.getId().getTag("namespace")).isEqualTo("bus");
                assertThat(meter.getId().getTag("app")).isEqualTo("shop");
                assertThat(meter.getId().getDescription()).isNotBlank();
            });
            assertThat(registry.find("peeklock.messages").tags("entity", "news").meters())
                    .extracting(meter -> meter.getId().getTag("state"))
                    .containsExactly("scheduled");
        }

        @Test
        void comeAndGoWithTheirEntities() {
            meters.bindTo(registry);
            namespace.deleteQueue("orders").join();
            create("others");
            await().untilAsserted(() -> {
                gauge("peeklock.swap");
                assertThat(entities()).containsExactly("others");
            });
        }

        @Test
        void areOfTheOldestEntitiesIfThereAreTooMany() {
            create("second");
            create("third");
            meters = new PeeklockMeters(namespace, "bus", List.of(), 2);
            meters.bindTo(registry);
            assertThat(entities()).containsExactlyInAnyOrder("orders", "second");
            assertThat(gauge("peeklock.entities.unwatched")).isEqualTo(1);
        }

        @Test
        void areGoneWhenTheyAreClosed() {
            meters.bindTo(registry);
            meters.close();
            meters.close();
            assertThat(registry.getMeters()).isEmpty();
        }

        @Test
        void goWhenTheirNamespaceIsClosedAndTheyAreRead() {
            meters.bindTo(registry);
            namespace.close();
            assertThat(gauge("peeklock.swap")).isNaN();
            assertThat(registry.getMeters()).isEmpty();
        }

        @Test
        void holdWhatTheyReadThoughNobodyHoldsThem() {
            meters.bindTo(registry);
            WeakReference<PeeklockMeters> gone = new WeakReference<>(meters);
            meters = new PeeklockMeters(namespace, "other");
            await().until(() -> {
                System.gc();
                return gone.get() == null;
            });
            send();
            awaitValue(() -> counter("peeklock.messages.enqueued"), 1);
        }

        @Test
        void letGoOfANamespaceThatIsClosed() throws JournalException {
            LocalNamespace other = LocalNamespace.open(new MemoryJournalStore(1, false), NamespaceConfig.defaults());
            new PeeklockMeters(other, "other").bindTo(registry);
            WeakReference<LocalNamespace> gone = new WeakReference<>(other);
            other.close();
            other = null;
            registry.getMeters().forEach(Meter::measure);
            registry.forEachMeter(meter -> meter.measure().forEach(measured -> measured.getValue()));
            await().until(() -> {
                System.gc();
                return gone.get() == null;
            });
        }
    }

    /** One that scrapes while meters come and go. */
    @Nested
    class WithPrometheus {
        private final PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

        @Test
        void namesAreThoseOfPrometheus() {
            meters.bindTo(prometheus);
            send();
            assertThat(prometheus.scrape())
                    .contains("peeklock_messages{entity=\"orders\",kind=\"queue\",namespace=\"bus\",state=\"active\"}")
                    .contains("peeklock_messages_enqueued_total{")
                    .contains("peeklock_messages_oldest_age_seconds{")
                    .contains("peeklock_entity_size_bytes{")
                    .contains("peeklock_locks_lost_total{")
                    .contains("peeklock_transactions_indoubt{kind=\"branch\",namespace=\"bus\"} 0.0")
                    .contains("peeklock_journal_sync_p99_seconds{")
                    .contains("peeklock_journal_sync_time_seconds_total{")
                    .contains("peeklock_journal_written_bytes_total{");
        }

        @Test
        void scrapesSeeWhatIsNewAndWhatIsGone() {
            meters.bindTo(prometheus);
            namespace.deleteQueue("orders").join();
            create("others");
            await().untilAsserted(() -> assertThat(prometheus.scrape())
                    .contains("entity=\"others\"")
                    .doesNotContain("entity=\"orders\""));
        }

        @Test
        void manyScrapeAtATime() {
            meters.bindTo(prometheus);
            List<CompletableFuture<String>> scrapes = IntStream.range(0, 8)
                    .mapToObj(i -> CompletableFuture.supplyAsync(prometheus::scrape))
                    .toList();
            for (int i = 0; i < 50; i++) {
                create("q" + i);
            }
            assertThat(scrapes).allSatisfy(scrape -> assertThat(scrape.join()).contains("entity=\"orders\""));
            await().untilAsserted(() -> assertThat(prometheus.scrape()).contains("entity=\"q49\""));
        }
    }
}
