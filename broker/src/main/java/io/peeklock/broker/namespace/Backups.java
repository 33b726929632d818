/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.runtime.BusRuntime;
import io.peeklock.journal.BackupProgress;
import io.peeklock.journal.BackupReport;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backs up the store under a namespace, one backup at a time.
 *
 * <p>Thread safe.
 */
final class Backups {
    private static final Logger log = LoggerFactory.getLogger(Backups.class);

    private final JournalStore store;
    private final BusRuntime runtime;
    private final AtomicBoolean underWay = new AtomicBoolean();

    Backups(JournalStore store, BusRuntime runtime) {
        this.store = store;
        this.runtime = runtime;
    }

    CompletableFuture<BackupReport> start(Path directory, Consumer<BackupProgress> progress) {
        if (!underWay.compareAndSet(false, true)) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation, "another backup is under way: wait until it is complete");
        }
        CompletableFuture<BackupReport> result = new CompletableFuture<>();
        runtime.executeAlone(() -> run(directory, progress, result));
        return result;
    }

    private void run(Path directory, Consumer<BackupProgress> progress, CompletableFuture<BackupReport> result) {
        BackupReport report = null;
        BrokerException failure = null;
        try {
            report = store.backup(directory, progress);
            log.info("Backed up {} into {}: {}", store.id(), directory, report);
        } catch (JournalException e) {
            log.warn("No backup of {} into {}: {}", store.id(), directory, e.getMessage());
            failure = new BrokerException(code(e), "no backup: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            // What is told of the progress is not ours.
            log.warn("No backup of {} into {}", store.id(), directory, e);
            failure = new BrokerException(ErrorCode.InvalidOperation, "no backup: " + e, e);
        }
        // Before anybody hears of the end, and begins another.
        underWay.set(false);
        if (failure == null) {
            result.complete(report);
        } else {
            result.completeExceptionally(failure);
        }
    }

    private static ErrorCode code(JournalException failure) {
        return switch (failure.reason()) {
            case REFUSED -> ErrorCode.InvalidOperation;
            case DISK_FULL -> ErrorCode.QuotaExceeded;
            case ACCESS_DENIED -> ErrorCode.Unauthorized;
            case CLOSED -> ErrorCode.Closed;
            case STORE_LOCKED -> ErrorCode.StoreLocked;
            case IO, CORRUPT, NEWER_FORMAT -> ErrorCode.PartitionUnavailable;
        };
    }
}
