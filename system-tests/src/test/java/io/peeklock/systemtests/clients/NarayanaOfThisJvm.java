/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import io.peeklock.narayana.PeeklockTransactions;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.springframework.transaction.jta.JtaTransactionManager;

/**
 * Narayana, once for all tests of a JVM, as its settings are; its log is in a directory of its own.
 *
 * <p>Thread safe. Ends with the JVM.
 */
final class NarayanaOfThisJvm {

    private static final PeeklockTransactions TRANSACTIONS = start();

    private NarayanaOfThisJvm() {}

    private static PeeklockTransactions start() {
        try {
            return PeeklockTransactions.narayana(Files.createTempDirectory("narayana"))
                    .node("clients")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TransactionManager manager() {
        return TRANSACTIONS.transactionManager();
    }

    static JtaTransactionManager springs() {
        UserTransaction user = TRANSACTIONS.userTransaction();
        JtaTransactionManager jta = new JtaTransactionManager(user, manager());
        jta.afterPropertiesSet();
        return jta;
    }

    /** Transactions that are decided and not ended. */
    static int logEntries() {
        return TRANSACTIONS.logEntries();
    }
}
