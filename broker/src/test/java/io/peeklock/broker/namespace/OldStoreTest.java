/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.artemis.BackupVerifier;
import io.peeklock.journal.artemis.StoreRestore;
import io.peeklock.journal.directory.StoreHeader;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.directory.StoreUpgrade;
import io.peeklock.journal.disk.FileSystemDisk;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store of format 1 is opened, served, backed up and upgraded; see {@link OldStore}.
 *
 * <p>Not thread safe.
 */
@Timeout(60)
class OldStoreTest {
    private static final EntityPath ORDERS = EntityPath.queue("orders");
    private static final EntityPath SPREAD = EntityPath.queue("spread");
    private static final EntityPath AUDIT = EntityPath.subscription("events", "audit");

    @TempDir
    Path directory;

    private Path store = Path.of("");

    @BeforeEach
    void unpack() throws Exception {
        store = directory.resolve("bus");
        OldStore.unpack(store);
        assertThat(formatOf(store)).isEqualTo(1);
    }

    private static int formatOf(Path store) throws Exception {
        return StoreHeader.read(new FileSystemDisk(), store)
                .orElseThrow()
                .header()
                .format();
    }

    private static LocalNamespace open(Path store) throws Exception {
        return LocalNamespace.open(
                ArtemisJournalStore.open(store, StoreOptions.defaults()), TestBus.config(Profile.JMS));
    }

    private static List<Delivery> receiveAll(LocalNamespace bus, EntityPath source) {
        EntityCounters counters = bus.counters(source).join();
        long there = source.deadLetter() ? counters.deadLettered() : counters.active();
        List<Delivery> all = new ArrayList<>();
        try (Receiver receiver = bus.openReceiver(source, ReceiverOptions.peekLock())) {
            for (long i = 0; i < there; i++) {
                all.add(receiver.receive().join());
            }
        }
        return all;
    }

    private static void requireEverything(LocalNamespace bus) {
        assertThat(bus.health()).allSatisfy(health -> {
            assertThat(health.state()).isIn(PartitionHealth.State.SERVING, PartitionHealth.State.UNUSED);
            assertThat(health.findings()).isEmpty();
        });
        QueueDescription orders = bus.queue("orders").join();
        assertThat(orders.lockDuration()).isEqualTo(Duration.ofSeconds(20));
        assertThat(orders.maxDeliveryCount()).isEqualTo(5);
        EntityCounters counters = bus.counters(ORDERS).join();
        assertThat(counters.scheduled()).isEqualTo(1);
        List<Delivery> received = receiveAll(bus, ORDERS);
        assertThat(received)
                .extracting(TestBus::textOf)
                .containsExactlyInAnyOrder("abandoned once", "waiting", "locked at the kill");
        assertThat(received).allSatisfy(delivery -> {
            String text = TestBus.textOf(delivery);
            assertThat(delivery.message().messageId()).isEqualTo("id-" + text);
            assertThat(delivery.message().property("note")).isEqualTo("of " + text);
            assertThat(delivery.deliveryCount()).as(text).isEqualTo(text.equals("waiting") ? 0 : 1);
        });
        assertThat(received.get(0).modifiedProperties()).containsEntry("attempt", 1);
        received.forEach(delivery ->
                bus.settle(delivery.requireLockToken(), Settlement.COMPLETE).join());
        assertThat(receiveAll(bus, ORDERS.deadLetterQueue())).singleElement().satisfies(dead -> {
            assertThat(TestBus.textOf(dead)).isEqualTo("dead");
            assertThat(dead.deadLetterReason()).isEqualTo("reason");
            assertThat(dead.deadLetterDescription()).isEqualTo("description");
        });
        assertThat(receiveAll(bus, SPREAD)).hasSize(12);
        assertThat(receiveAll(bus, AUDIT)).extracting(TestBus::textOf).containsExactly("weight 40", "weight 50");
    }

    @Test
    void isUpgradedAndEverythingInItIsServed() throws Exception {
        try (LocalNamespace bus = open(store)) {
            requireEverything(bus);
            assertThat(formatOf(store)).isEqualTo(StoreHeader.FORMAT);
        }
        try (LocalNamespace bus = open(store)) {
            assertThat(receiveAll(bus, ORDERS)).isEmpty();
            assertThat(receiveAll(bus, SPREAD)).hasSize(12);
        }
    }

    @Test
    void isKeptAsACopyThatRestoresToWhatItWas() throws Exception {
        try (LocalNamespace bus = open(store)) {
            requireEverything(bus);
        }
        FileSystemDisk disk = new FileSystemDisk();
        Path copy = store.resolve(StoreUpgrade.folderName());
        BackupVerifier.verify(copy, disk, ignored -> {});
        Path restored = directory.resolve("restored");
        new StoreRestore(copy, true, Map.of()).into(restored, disk, Clock.systemUTC(), ignored -> {});
        // As it was: the older program can have it back.
        assertThat(formatOf(restored)).isEqualTo(1);
        for (String file : List.of("partition-00/peeklock-1.pjf", "definitions/peeklock-1.pjf")) {
            assertThat(restored.resolve(file)).hasSameBinaryContentAs(copy.resolve(file));
        }
        try (LocalNamespace bus = open(restored)) {
            requireEverything(bus);
        }
    }
}
