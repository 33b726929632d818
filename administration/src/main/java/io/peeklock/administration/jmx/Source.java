/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

import io.peeklock.administration.monitoring.NamespaceMonitor;
import io.peeklock.administration.monitoring.NamespaceSnapshot;
import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.PartitionStatistics;
import io.peeklock.broker.entity.EntityPath;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where beans read, and do, what is asked of them. Fails with exceptions of the JDK alone: whoever looks from another process has
 * no other classes.
 *
 * <p>Immutable, thread safe.
 */
record Source(Namespace namespace, NamespaceMonitor monitor) {
    private static final long MAX_WAIT_SECONDS = 60;

    NamespaceSnapshot now() {
        NamespaceSnapshot now = monitor.snapshot();
        if (now == null) {
            throw new IllegalStateException(
                    namespace.isOpen() ? "the namespace does not answer; try again" : "the namespace is closed");
        }
        return now;
    }

    EntityStatistics entity(EntityPath path) {
        return now().entities().getOrDefault(path, EntityStatistics.EMPTY);
    }

    PartitionStatistics partition(int index) {
        return now().namespace().partitions().get(index);
    }

    <T> T await(CompletableFuture<T> result, String what) {
        try {
            return result.get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(what + " takes longer than " + MAX_WAIT_SECONDS + " s, and goes on", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(what + " failed: " + cause.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(what + " goes on; the wait for it was interrupted");
        }
    }
}
