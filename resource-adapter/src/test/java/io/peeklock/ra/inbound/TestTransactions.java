/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import io.peeklock.narayana.PeeklockTransactions;
import jakarta.transaction.TransactionManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The one transaction manager of this JVM.
 *
 * <p>Thread safe.
 */
final class TestTransactions {

    private static final PeeklockTransactions NARAYANA = start();

    private TestTransactions() {}

    private static PeeklockTransactions start() {
        try {
            Path directory = Files.createTempDirectory(Path.of("target"), "transactions");
            return PeeklockTransactions.narayana(directory).node("beans").start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TransactionManager manager() {
        return NARAYANA.transactionManager();
    }
}
