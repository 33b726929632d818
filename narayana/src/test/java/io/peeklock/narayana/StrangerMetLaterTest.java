/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Namespace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store that was held elsewhere at the start, and turns out to know another log of the node id when it is free (rule X5).
 *
 * <p>Not thread safe.
 */
@Tag("X5")
final class StrangerMetLaterTest {

    private static final UUID OTHER = new UUID(1, 2);

    @TempDir
    Path directory;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicBoolean held = new AtomicBoolean(true);

    @Test
    void isNotRecoveredUntilItForgetsTheOtherLogAndNeitherAreDatabases() throws Exception {
        FileStore files = new FileStore(directory.resolve("files"));
        TransactionLog log = new TransactionLog("n1", LogId.of(directory), directory, false);
        try (Bus bus = new Bus(directory.resolve("bus"))) {
            bus.namespace().rememberTransactionLog("n1", OTHER).join();
            RecoveredResource store = new RecoveredResource(
                    new StoreSource(new FileStoreSource("store", files, held::get), bus.namespace()), log, nanos::get);
            RecoveredResource database = new RecoveredResource(new FileStoreSource("database", files), log, nanos::get);
            assertThat(store.getXAResources()).isEmpty();
            assertThat(database.getXAResources()).hasSize(1);

            held.set(false);
            nextScan();
            assertThat(store.getXAResources()).isEmpty();
            assertThat(store.status().failure()).contains("the store knows the log " + OTHER);
            assertThat(database.getXAResources()).isEmpty();
            assertThat(database.status().failure()).contains("a store knows another log of the node id n1");

            bus.namespace().forgetTransactionLog("n1").join();
            nextScan();
            assertThat(store.getXAResources()).hasSize(1);
            assertThat(database.getXAResources()).hasSize(1);
        }
    }

    private void nextScan() {
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    }

    /** Files that a namespace remembers the log for. */
    private record StoreSource(FileStoreSource files, Namespace namespace) implements RecoverySource {

        @Override
        public String description() {
            return files.description();
        }

        @Override
        public Opened open() throws Exception {
            Opened opened = files.open();
            return new Opened() {

                @Override
                public NamedResource resource() {
                    return opened.resource();
                }

                @Override
                public void remember(TransactionLog log) throws Exception {
                    log.requireKnownTo(namespace);
                }

                @Override
                public boolean isOpen(boolean scanFailed) {
                    return true;
                }

                @Override
                public void close() throws Exception {
                    opened.close();
                }
            };
        }
    }
}
