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
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.runtime.SimulatedRuntime;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A request for what is there now, of a store that was opened just before: it finds too what the last process had handed out,
 * although that can be received only when the disk has its delivery counts (rule L13).
 *
 * <p>If it asked again and again without end, in one task, no interrupt would stop it: the thread that does is left behind.
 */
@Tag("L13")
@Timeout(value = 20, threadMode = ThreadMode.SEPARATE_THREAD)
class OpenedStoreTest {
    private static final EntityPath SPREAD = EntityPath.queue("spread");

    private TestBus before;
    private SimulatedJournalStore store;
    private SimulatedRuntime runtime;
    private LocalNamespace opened;

    @BeforeEach
    void create() {
        before = TestBus.simulated(2, TestBus.config(Profile.JMS));
        before.create(QueueDescription.builder("orders"));
        before.create(QueueDescription.builder("spread").partitioned(true));
    }

    @AfterEach
    @Timeout(value = 20, threadMode = ThreadMode.SEPARATE_THREAD)
    void close() {
        sync();
        runtime.runInlineFromNowOn();
        opened.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void findsWhatWasHandedOut(boolean loaded) throws JournalException {
        before.send("a");
        before.take();
        reopen(loaded);
        Receiver receiver = opened.openReceiver(TestBus.ORDERS, ReceiverOptions.peekLock());
        CompletableFuture<Delivery> request = receiver.receiveNow(-1);
        runtime.runUntilIdle();
        assertThat(request).as("before its count is on disk").isNotDone();
        sync();
        assertThat(TestBus.textOf(answer(request))).isEqualTo("a");
        assertThat(answer(request).deliveryCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void findsThatOfEveryPartitionThatIsAsked(int partition) throws JournalException {
        Set<Integer> wanted = new HashSet<>();
        for (int i = 0; i < 12; i++) {
            before.send(SPREAD, TestBus.text(Integer.toString(i)));
            Delivery delivery = before.take(SPREAD);
            int lies = delivery.requireLockToken().partition();
            if (partition < 0 || lies == partition) {
                wanted.add(i);
            }
        }
        assertThat(wanted).isNotEmpty();
        reopen(true);
        Receiver receiver = opened.openReceiver(SPREAD, ReceiverOptions.peekLock());
        List<CompletableFuture<Delivery>> requests = new ArrayList<>();
        for (int i = 0; i < 13; i++) {
            requests.add(receiver.receiveNow(partition));
        }
        sync();
        Set<Integer> found = new HashSet<>();
        for (CompletableFuture<Delivery> request : requests) {
            assertThat(request).isDone();
            if (!request.isCancelled()) {
                found.add(Integer.parseInt(TestBus.textOf(request.join())));
            }
        }
        assertThat(found).isEqualTo(wanted);
    }

    @Test
    void endsWithoutAMessageWhereThereIsNoneAndWaitsForNoDiskLater() throws JournalException {
        before.send("a");
        before.take();
        reopen(true);
        sync();
        Receiver dead = opened.openReceiver(TestBus.ORDERS.deadLetterQueue(), ReceiverOptions.peekLock());
        CompletableFuture<Long> sent =
                opened.send(TestBus.ORDERS, TestBus.text("b").build());
        CompletableFuture<Delivery> request = dead.receiveNow(-1);
        runtime.runUntilIdle();
        assertThat(sent).as("not synced").isNotDone();
        assertThat(request).isCancelled();
    }

    @Test
    void findsWhatTheRecoveryDeadLettered() throws JournalException {
        for (int i = 0; i < 9; i++) {
            if (i == 0) {
                before.send("deadly");
            }
            before.take();
            before = before.killed();
        }
        before.take();
        reopen(true);
        Receiver dead = opened.openReceiver(TestBus.ORDERS.deadLetterQueue(), ReceiverOptions.peekLock());
        CompletableFuture<Delivery> request = dead.receiveNow(-1);
        sync();
        assertThat(TestBus.textOf(answer(request))).isEqualTo("deadly");
    }

    @Test
    void endsIfThePartitionFailsMeanwhile() throws JournalException {
        before.send("a");
        before.take();
        reopen(true);
        Receiver receiver = opened.openReceiver(TestBus.ORDERS, ReceiverOptions.peekLock());
        CompletableFuture<Delivery> request = receiver.receiveNow(-1);
        runtime.runUntilIdle();
        for (int partition = 0; partition < store.partitions(); partition++) {
            store.failNextSync(partition, JournalException.Reason.IO, 0);
        }
        sync();
        assertThat(request).isCancelled();
    }

    /** Nobody else is at work here: what has no answer yet never gets one, and waiting for it would be for ever. */
    private static Delivery answer(CompletableFuture<Delivery> request) {
        assertThat(request).as("answered").isDone();
        return request.join();
    }

    private void reopen(boolean loaded) throws JournalException {
        before.runtime.crash();
        store = before.store().kill();
        runtime = before.runtime.after();
        opened = LocalNamespace.open(store, TestBus.config(Profile.JMS), runtime);
        if (loaded) {
            runtime.runUntilIdle();
        }
    }

    private void sync() {
        runtime.runUntilIdle();
        store.sync();
        runtime.runUntilIdle();
    }
}
