/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.process;

import io.peeklock.benchmarks.workload.Worker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs workers, a thread each: a while to warm up, a while to measure.
 *
 * <p>Used once, by one thread.
 */
public final class Load {

    private enum Phase {
        WARM_UP,
        MEASURE,
        DONE
    }

    private static final long STOP_TIMEOUT_S = 30;

    private final List<Worker> workers;
    private final List<Latencies> latencies;
    /** Opens when a worker fails. */
    private final CountDownLatch failed = new CountDownLatch(1);
    /** Opens when the threads may end: what a thread allocated is forgotten with it. */
    private final CountDownLatch measured = new CountDownLatch(1);

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile Phase phase = Phase.WARM_UP;

    public Load(List<Worker> workers) {
        this.workers = List.copyOf(workers);
        latencies = this.workers.stream().map(worker -> new Latencies()).toList();
    }

    /** Runs and ends all threads; the workers are still open. Throws what the first failing worker threw. */
    public Measurement run(Duration warmUp, Duration measure) throws IOException, InterruptedException {
        Thread[] threads = new Thread[workers.size()];
        for (int i = 0; i < threads.length; i++) {
            Worker worker = workers.get(i);
            Latencies mine = latencies.get(i);
            threads[i] = new Thread(() -> work(worker, mine), "worker-" + i);
            threads[i].start();
        }
        waitFor(warmUp);
        ResourceUse before = ResourceUse.now();
        long start = System.nanoTime();
        phase = Phase.MEASURE;
        waitFor(measure);
        phase = Phase.DONE;
        long nanos = System.nanoTime() - start;
        ResourceUse use = ResourceUse.now().since(before);
        measured.countDown();
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_TIMEOUT_S));
            Throwable cause = failure.get();
            if (cause != null) {
                throw new IllegalStateException("a worker failed: " + cause, cause);
            }
            if (thread.isAlive()) {
                throw new IllegalStateException(thread.getName() + " did not end within " + STOP_TIMEOUT_S + " s");
            }
        }
        Latencies all = new Latencies();
        long operations = 0;
        for (int i = 0; i < threads.length; i++) {
            all.add(latencies.get(i));
            operations += latencies.get(i).total() * workers.get(i).operations();
        }
        return new Measurement(operations, nanos, all.quantile(0.5), all.quantile(0.99), use);
    }

    /** Waits that long, less if a worker fails. */
    private void waitFor(Duration duration) throws InterruptedException {
        failed.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void work(Worker worker, Latencies mine) {
        try {
            while (phase != Phase.DONE && failed.getCount() > 0) {
                long latency = worker.once();
                if (latency != Worker.NOT_COUNTED && phase == Phase.MEASURE) {
                    mine.record(latency);
                }
            }
            measured.await();
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
            failed.countDown();
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
