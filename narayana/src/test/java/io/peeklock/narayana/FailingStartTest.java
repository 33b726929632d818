/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That a start which fails keeps no store open, nor the log (rule X5).
 *
 * <p>Not thread safe.
 */
@Tag("X5")
final class FailingStartTest {

    @TempDir
    Path directory;

    private final AtomicInteger open = new AtomicInteger();

    @Test
    void closesWhatItHasOpened() {
        Path log = directory.resolve("tx");
        PeeklockTransactions.Builder failing = PeeklockTransactions.narayana(log)
                .node("n1")
                .recovering(new FileStoreSource("words", new FileStore(directory.resolve("words"))))
                .recovering(new Failing());
        assertThatThrownBy(failing::start).hasMessage("planted");
        assertThat(open).hasValue(0);
        ObjectStoreDirectory.open(log).close();
    }

    /** Can be opened, and then fails as no resource should. */
    private final class Failing implements RecoverySource {

        @Override
        public String description() {
            return "what fails";
        }

        @Override
        public Opened open() {
            open.incrementAndGet();
            XAResource resource = (XAResource) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {XAResource.class}, (proxy, method, arguments) -> {
                        throw new IllegalArgumentException("planted");
                    });
            return new Opened() {
                @Override
                public NamedResource resource() {
                    return NamedResource.of("fails", resource);
                }

                @Override
                public boolean isOpen(boolean scanFailed) {
                    return true;
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        }
    }
}
