/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.broker.LockToken;
import io.peeklock.broker.LostLock;
import io.peeklock.broker.entity.EntityPath;
import jakarta.jms.JMSException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** When the lock-lost listener is called, and when not any more. */
class LockLossesTest {

    private final Deque<Runnable> later = new ArrayDeque<>();
    private final List<LockLostEvent> events = new ArrayList<>();

    private static LostLock lost(long number) {
        return new LostLock(
                EntityPath.queue("orders"),
                new LockToken(0, 1, number, UUID.randomUUID(), null),
                null,
                null,
                LostLock.Reason.EXPIRED);
    }

    private static LockToken tokenOf(LostLock lost) {
        return Objects.requireNonNull(lost.token());
    }

    private void runAll() {
        for (Runnable next = later.poll(); next != null; next = later.poll()) {
            next.run();
        }
    }

    @Test
    void aLockIsToldOnceAndNeverByWhoeverLostIt() {
        LockLosses losses = new LockLosses(later::add);
        losses.listener(events::add);
        LostLock one = lost(7);
        losses.lockLost(one);
        losses.lockLost(one);
        assertThat(events).isEmpty();
        runAll();
        assertThat(events).hasSize(1);
    }

    @Test
    void aMessageThatIsNotCompletedIsToldUnlessItsLockIsKnownToBeLost() {
        LockLosses losses = new LockLosses(later::add);
        losses.listener(events::add);
        LostLock lost = lost(7);
        LostLock kept = lost(8);
        losses.lockLost(lost);
        for (LostLock one : List.of(lost, kept, kept)) {
            losses.notCompleted(tokenOf(one), LockLostEvent.of(one));
        }
        runAll();
        assertThat(events).hasSize(2);
    }

    @Test
    void theLatestAreKnownAndThoseLongAgoAreForgotten() {
        LockLosses losses = new LockLosses(later::add);
        LostLock first = lost(1);
        assertThat(losses.isTold(tokenOf(first))).isFalse();
        losses.lockLost(first);
        assertThat(losses.isTold(tokenOf(first))).isTrue();
        LostLock second = lost(2);
        losses.lockLost(second);
        for (int i = 1; i < 16_384; i++) {
            losses.lockLost(lost(2 + i));
        }
        assertThat(losses.isTold(tokenOf(first))).isFalse();
        assertThat(losses.isTold(tokenOf(second))).isTrue();
    }

    @Test
    void aListenerThatWasTakenAwayIsNotCalledForWhatWaits() {
        LockLosses losses = new LockLosses(later::add);
        losses.listener(events::add);
        losses.lockLost(lost(7));
        losses.listener(null);
        runAll();
        assertThat(events).isEmpty();
    }

    @Test
    void noListenerIsCalledAfterTheCloseOfItsConnection() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<Thread> caller = new AtomicReference<>();
        List<JMSException> told = new CopyOnWriteArrayList<>();
        List<LockLostEvent> seen = new CopyOnWriteArrayList<>();
        try (TestBroker broker = new TestBroker()) {
            PeeklockConnection connection = (PeeklockConnection) broker.connect(null);
            connection.setExceptionListener(told::add);
            connection.setLockLostListener(event -> {
                caller.set(Thread.currentThread());
                seen.add(event);
                awaitOpen(goOn);
            });
            connection.losses().lockLost(lost(1));
            connection.losses().lockLost(lost(2));
            connection.report(new JMSException("behind the events"));
            await().until(() -> seen.size() == 1);
            connection.close();
            goOn.countDown();
            // It would make the other calls next, and ends when there are none.
            await().until(() -> !caller.get().isAlive());
            assertThat(seen).hasSize(1);
            assertThat(told).isEmpty();
        }
    }

    @Test
    void aCloseWaitsForTheCallThatIsUnderWayAndForNoOther() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        List<LockLostEvent> seen = new CopyOnWriteArrayList<>();
        try (TestBroker broker = new TestBroker()) {
            PeeklockConnection connection = (PeeklockConnection) broker.connect(null);
            connection.setLockLostListener(event -> {
                seen.add(event);
                awaitOpen(goOn);
            });
            connection.losses().lockLost(lost(1));
            connection.losses().lockLost(lost(2));
            await().until(() -> seen.size() == 1);
            Running<Boolean> closing = Running.start(() -> {
                connection.close();
                return true;
            });
            await().until(() -> connection.losses().listener() == null);
            goOn.countDown();
            assertThat(closing.result()).isTrue();
            assertThat(seen).hasSize(1);
        }
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
