/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** One thread for the timers of many namespaces. */
class TimerThreadTest {
    private static final String NAME = "peeklock-timer-of-this-test";
    private static final long FAR_AWAY_NANOS = TimeUnit.DAYS.toNanos(1);
    private static final long LONG_S = 10;

    private final TimerThread thread = new TimerThread(NAME);

    private ThreadedRuntime runtime(int number) {
        return new ThreadedRuntime("test-" + number, 1, thread);
    }

    private static long timerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().contains("timer-of-this-test")
                        || each.getName().matches(".*test-\\d+-timer"))
                .count();
    }

    @Test
    void isOneForAllAndEndsWithTheLast() {
        List<ThreadedRuntime> runtimes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ThreadedRuntime runtime = runtime(i);
            runtimes.add(runtime);
            runtime.schedule(() -> {}, FAR_AWAY_NANOS);
        }
        assertThat(timerThreads()).isOne();
        runtimes.forEach(ThreadedRuntime::close);
        assertThat(timerThreads()).isZero();
    }

    /** What is scheduled knows the namespace: it must not outlive that. */
    @Test
    void keepsNothingOfWhoIsClosed() {
        ThreadedRuntime closed = runtime(0);
        try (ThreadedRuntime stays = runtime(1)) {
            closed.schedule(() -> {}, FAR_AWAY_NANOS);
            stays.schedule(() -> {}, FAR_AWAY_NANOS);
            closed.close();
            closed.schedule(() -> {}, FAR_AWAY_NANOS);
            assertThat(thread.scheduled()).isOne();
            assertThat(timerThreads()).isOne();
        }
        assertThat(thread.scheduled()).isZero();
    }

    @Test
    void startsAgainForOneWhoComesAfterTheLast() {
        runtime(0).close();
        try (ThreadedRuntime next = runtime(1)) {
            CompletableFuture<Boolean> ran = new CompletableFuture<>();
            next.schedule(() -> ran.complete(next.onBusThread()), 1);
            assertThat(ran.orTimeout(LONG_S, TimeUnit.SECONDS).join()).isTrue();
        }
    }

    @Test
    void runsNothingItself() {
        CountDownLatch go = new CountDownLatch(1);
        try (ThreadedRuntime busy = runtime(0);
                ThreadedRuntime other = runtime(1)) {
            CompletableFuture<Void> begun = new CompletableFuture<>();
            busy.schedule(
                    () -> {
                        begun.complete(null);
                        await(go);
                    },
                    1);
            begun.orTimeout(LONG_S, TimeUnit.SECONDS).join();
            CompletableFuture<Void> ran = new CompletableFuture<>();
            other.schedule(() -> ran.complete(null), 1);
            ran.orTimeout(LONG_S / 2, TimeUnit.SECONDS).join();
            go.countDown();
        }
    }

    /** What is due has a thread of its own: those of the namespace may wait for a disk. */
    @Test
    void waitsForNobodyAtWork() {
        CountDownLatch go = new CountDownLatch(1);
        try (ThreadedRuntime busy = new ThreadedRuntime("busy", 2, thread)) {
            for (int i = 0; i < 2; i++) {
                CompletableFuture<Void> begun = new CompletableFuture<>();
                busy.executor().execute(() -> {
                    begun.complete(null);
                    await(go);
                });
                begun.orTimeout(LONG_S, TimeUnit.SECONDS).join();
            }
            CompletableFuture<Boolean> ran = new CompletableFuture<>();
            busy.schedule(() -> ran.complete(busy.onBusThread()), 1);
            try {
                assertThat(ran.orTimeout(LONG_S, TimeUnit.SECONDS).join()).isTrue();
            } finally {
                go.countDown();
            }
        }
    }

    private static void await(CountDownLatch go) {
        try {
            go.await(2 * LONG_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void hasNothingOfTheThreadThatStartsIt() throws Exception {
        try (ThreadedRuntime runtime = runtime(0)) {
            Thread application = new Thread(
                    new ThreadGroup("application"), () -> runtime.schedule(() -> {}, FAR_AWAY_NANOS), "application");
            application.setPriority(Thread.MIN_PRIORITY);
            application.setContextClassLoader(new ClassLoader() {});
            application.start();
            application.join();
            Thread made = Thread.getAllStackTraces().keySet().stream()
                    .filter(each -> each.getName().equals(NAME))
                    .findAny()
                    .orElseThrow();
            assertThat(made.getPriority()).isEqualTo(Thread.NORM_PRIORITY);
            assertThat(made.getContextClassLoader()).isSameAs(TimerThread.class.getClassLoader());
            assertThat(made.getThreadGroup().getParent()).isNull();
            assertThat(made.isDaemon()).isTrue();
        }
    }

    /** Stands on the stack when the thread is made; public, so that another class loader can make one. */
    public static final class Application implements Consumer<Runnable> {
        @Override
        public void accept(Runnable call) {
            call.run();
        }
    }

    private static final class ApplicationLoader extends ClassLoader {
        Consumer<Runnable> application() throws ReflectiveOperationException, IOException {
            String name = Application.class.getName();
            try (InputStream in = TimerThreadTest.class.getResourceAsStream("TimerThreadTest$Application.class")) {
                byte[] bytes = in.readAllBytes();
                Class<?> type = defineClass(name, bytes, 0, bytes.length);
                @SuppressWarnings("unchecked")
                Consumer<Runnable> made =
                        (Consumer<Runnable>) type.getConstructor().newInstance();
                return made;
            }
        }
    }

    private static WeakReference<ClassLoader> startThroughAnotherClassLoader(ThreadedRuntime runtime)
            throws ReflectiveOperationException, IOException {
        ApplicationLoader loader = new ApplicationLoader();
        Consumer<Runnable> application = loader.application();
        assertThat(application.getClass().getClassLoader()).isSameAs(loader);
        application.accept(() -> runtime.schedule(() -> {}, FAR_AWAY_NANOS));
        return new WeakReference<>(loader);
    }

    /** On Java 17 a thread knows the classes on the stack of whoever made it. */
    @Test
    void keepsNoClassLoaderOfAnApplicationThatHasGone() throws Exception {
        try (ThreadedRuntime stays = runtime(0)) {
            WeakReference<ClassLoader> loader = startThroughAnotherClassLoader(stays);
            assertThat(timerThreads()).isOne();
            Awaitility.await().until(() -> {
                System.gc();
                return loader.refersTo(null);
            });
            assertThat(timerThreads()).isOne();
        }
    }

    @Test
    void isEndedByACloserWhoIsInterruptedToo() {
        ThreadedRuntime runtime = runtime(0);
        runtime.schedule(() -> {}, FAR_AWAY_NANOS);
        Thread.currentThread().interrupt();
        runtime.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(thread.scheduled()).isZero();
    }
}
