/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.monitoring;

import io.peeklock.broker.Namespace;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a namespace for all who want to know how it is: however many ask, and however often, the namespace is asked once in
 * a while, and never by two at a time.
 *
 * <p>Thread safe. Has no thread. A namespace that is closed is let go of when the next one asks.
 */
public final class NamespaceMonitor {

    /** Entities that are watched if nothing else is said. */
    public static final int DEFAULT_MAX_ENTITIES = 1_000;

    /** Whoever asks within this time is told the same. */
    public static final Duration MAX_AGE = Duration.ofSeconds(2);

    /** As long as a namespace does not answer, what it said before is told for this time. */
    public static final Duration MAX_STALENESS = Duration.ofSeconds(30);

    /** How long one waits who asks for something new; the others who ask meanwhile do not wait once it was in vain. */
    public static final Duration MAX_WAIT = Duration.ofMillis(500);

    private final int maxEntities;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Namespace namespace;
    private volatile @Nullable NamespaceSnapshot last;
    private @Nullable CompletableFuture<NamespaceSnapshot> underWay;
    private volatile @Nullable CompletableFuture<NamespaceSnapshot> waitedForInVain;

    /**
     * @param namespace as somebody sees it who may manage it
     * @param maxEntities how many entities are watched, the oldest; 1 or more
     * @throws io.peeklock.broker.error.BrokerException Unauthorized, without the claim Manage on the namespace
     */
    public NamespaceMonitor(Namespace namespace, int maxEntities) {
        this(namespace, maxEntities, System::nanoTime);
    }

    NamespaceMonitor(Namespace namespace, int maxEntities, LongSupplier nanoTime) {
        if (maxEntities < 1) {
            throw new IllegalArgumentException("1 entity or more can be watched, not " + maxEntities);
        }
        // Who may not look is told now, and not by values that never come.
        namespace.health();
        this.namespace = namespace;
        this.maxEntities = maxEntities;
        this.nanoTime = nanoTime;
    }

    /** Whether the namespace is closed, so that there will never be anything new. */
    public boolean isOver() {
        return open() == null;
    }

    /**
     * What is known, not older than {@link #MAX_AGE} unless the namespace is slow to answer. Waits up to {@link #MAX_WAIT}.
     *
     * @return null if the namespace is closed, or has not answered for {@link #MAX_STALENESS}
     */
    public @Nullable NamespaceSnapshot snapshot() {
        Namespace open = open();
        if (open == null) {
            return null;
        }
        NamespaceSnapshot known = last;
        if (known == null || age(known) > MAX_AGE.toNanos()) {
            await(ask(open));
            known = last;
        }
        return known == null || age(known) > MAX_STALENESS.toNanos() ? null : known;
    }

    private long age(NamespaceSnapshot known) {
        return nanoTime.getAsLong() - known.takenNanos();
    }

    private @Nullable Namespace open() {
        Namespace now = namespace;
        if (now != null && !now.isOpen()) {
            namespace = null;
            last = null;
            return null;
        }
        return now;
    }

    private CompletableFuture<NamespaceSnapshot> ask(Namespace open) {
        CompletableFuture<NamespaceSnapshot> asked = new CompletableFuture<>();
        lock.lock();
        try {
            CompletableFuture<NamespaceSnapshot> before = underWay;
            if (before != null && !before.isDone()) {
                return before;
            }
            underWay = asked;
        } finally {
            lock.unlock();
        }
        long began = nanoTime.getAsLong();
        // Both by the threads of the bus, or by this one.
        open.statistics()
                .thenCombine(
                        open.statisticsOfEach(maxEntities), (whole, each) -> new NamespaceSnapshot(began, whole, each))
                .whenComplete((taken, failure) -> {
                    if (failure == null) {
                        last = taken;
                        asked.complete(taken);
                    } else {
                        asked.completeExceptionally(failure);
                    }
                });
        return asked;
    }

    private void await(CompletableFuture<NamespaceSnapshot> asked) {
        if (waitedForInVain == asked) {
            return;
        }
        try {
            asked.get(MAX_WAIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // What was known before is told, for a while.
            waitedForInVain = asked;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
