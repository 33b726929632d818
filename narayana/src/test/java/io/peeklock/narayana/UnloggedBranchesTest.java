/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That branches are told by the node id in them from those of other transaction managers.
 *
 * <p>Not thread safe.
 */
final class UnloggedBranchesTest {

    @TempDir
    Path directory;

    private NarayanaSettings of(String node) {
        return new NarayanaSettings(
                directory, node, Duration.ZERO, Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ZERO);
    }

    @Test
    void areThoseOfTheNodeAlone() throws Exception {
        FileStore store = new FileStore(directory.resolve("words"));
        try (PeeklockTransactions transactions = PeeklockTransactions.narayana(directory.resolve("tx"))
                .node("n1")
                .recovering(new FileStoreSource("words", store))
                .start()) {
            TransactionManager manager = transactions.transactionManager();
            manager.begin();
            FileStoreResource resource = new FileStoreResource(store);
            manager.getTransaction().enlistResource(resource);
            manager.rollback();
            resource.write("word");
            resource.prepare(resource.branch());
            assertThat(new UnloggedBranches(of("n1")).count(store.recover())).isOne();
            assertThat(new UnloggedBranches(of("n")).count(store.recover())).isZero();
        }
    }
}
