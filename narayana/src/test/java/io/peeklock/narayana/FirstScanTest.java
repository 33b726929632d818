/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That whoever asks right after the start hears what recovery has found, and not that it has not looked yet (rule X5).
 *
 * <p>Not thread safe.
 */
@Tag("X5")
final class FirstScanTest {

    @TempDir
    Path directory;

    private final CountDownLatch started = new CountDownLatch(1);
    private final AtomicBoolean awaited = new AtomicBoolean();

    @Test
    void hasAskedEveryResourceWhenTheStartReturns() {
        try (PeeklockTransactions transactions = PeeklockTransactions.narayana(directory.resolve("tx"))
                .node("n1")
                .recovering(new FileStoreSource("words", new FileStore(directory.resolve("words"))))
                .recovering(new Slow())
                .start()) {
            RecoveryReport report = transactions.check();
            started.countDown();
            assertThat(awaited).isTrue();
            assertThat(report.notes()).contains("Recovered: the files words.");
            assertThat(report.problems())
                    .singleElement()
                    .asString()
                    .startsWith("Of what is slow nothing is recovered: its list of branches in doubt cannot be had");
        }
    }

    /** Fails in a scan, but not before the start has returned, if that does not wait for it. */
    private final class Slow implements RecoverySource, RecoverySource.Opened {

        @Override
        public String description() {
            return "what is slow";
        }

        @Override
        public Opened open() {
            return this;
        }

        @Override
        public NamedResource resource() {
            XAResource resource = (XAResource) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {XAResource.class}, (proxy, method, arguments) -> {
                        if (Thread.currentThread().getName().equals("Periodic Recovery")) {
                            awaited.set(!started.await(1, TimeUnit.SECONDS));
                        }
                        throw new XAException(XAException.XAER_RMFAIL);
                    });
            return NamedResource.of("slow", resource);
        }

        @Override
        public boolean isOpen(boolean scanFailed) {
            return true;
        }

        @Override
        public void close() {
            // There is nothing to close.
        }
    }
}
