/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.subject;

import io.peeklock.benchmarks.workload.ExchangeWorkload;
import io.peeklock.benchmarks.workload.Worker;
import io.peeklock.benchmarks.workload.Workload;
import io.peeklock.benchmarks.workload.Workloads;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.OpenedNamespace;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.directory.StoreOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Peeklock's bus without Jakarta Messaging above it.
 *
 * <p>Not thread safe; the workers share the namespace, which is.
 */
public final class NamespaceSubject implements Subject {

    private static final EntityPath QUEUE = EntityPath.queue(Workloads.QUEUE);

    private @Nullable OpenedNamespace namespace;

    @Override
    public boolean takes(Workload workload) {
        return workload.layered();
    }

    @Override
    public List<Worker> open(Workload workload, Path directory) throws Exception {
        OpenedNamespace opened = LocalNamespace.open(
                ArtemisJournalStore.open(directory.resolve("bus"), StoreOptions.defaults()),
                NamespaceConfig.defaults());
        namespace = opened;
        opened.createQueue(QueueDescription.builder(Workloads.QUEUE).build()).join();
        int threads = workload.storage().threads();
        boolean acknowledges = workload.storage().deletes();
        int senders = acknowledges ? threads / 2 : threads;
        Semaphore room = new Semaphore(acknowledges ? ExchangeWorkload.MAX_BACKLOG : Integer.MAX_VALUE);
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(
                    i < senders
                            ? new Sender(opened, Workloads.body(i, workload.bodyBytes()), room, !acknowledges)
                            : new Settler(opened, opened.openReceiver(QUEUE, ReceiverOptions.peekLock()), room));
        }
        return workers;
    }

    @Override
    public void close() {
        if (namespace != null) {
            namespace.close();
        }
    }

    /** Sends one message an operation, while there is room. Owned by one thread. */
    private record Sender(Namespace bus, byte[] body, Semaphore room, boolean counts) implements Worker {

        @Override
        public long once() throws InterruptedException {
            if (!room.tryAcquire(Workloads.WAIT_MS, TimeUnit.MILLISECONDS)) {
                return NOT_COUNTED;
            }
            long start = System.nanoTime();
            bus.send(
                            QUEUE,
                            Message.builder()
                                    .messageId("ID:benchmark")
                                    .body(BodyKind.BYTES, body)
                                    .build())
                    .join();
            return counts ? System.nanoTime() - start : NOT_COUNTED;
        }

        @Override
        public void close() {}
    }

    /** Receives under a lock and completes one message an operation. Owned by one thread. */
    private record Settler(Namespace bus, Receiver receiver, Semaphore room) implements Worker {

        @Override
        public long once() throws Exception {
            CompletableFuture<Delivery> request = receiver.receive();
            Delivery delivery;
            try {
                delivery = request.get(Workloads.WAIT_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (receiver.cancel(request)) {
                    return NOT_COUNTED;
                }
                delivery = request.join();
            }
            LockToken token = delivery.requireLockToken();
            long start = System.nanoTime();
            bus.settle(token, Settlement.COMPLETE).join();
            long latency = System.nanoTime() - start;
            room.release();
            return latency;
        }

        @Override
        public void close() {
            receiver.close();
        }
    }
}
