/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A start with the wrong directory, of two stores of which one is new (rule X5).
 *
 * <p>Not thread safe.
 */
@Tag("X5")
final class RefusedStartTest {

    @TempDir
    Path directory;

    @Test
    void theRefusedStartDoesNotTakeTheNewStore() throws Exception {
        UUID right = new UUID(1, 1);
        UUID wrong = new UUID(2, 2);
        try (Bus old = new Bus(directory.resolve("old"));
                Bus added = new Bus(directory.resolve("added"))) {
            old.namespace().rememberTransactionLog("n1", right).join();
            TransactionLog refused = new TransactionLog("n1", wrong, directory, false);
            open(refused, old, added);
            assertThatIllegalStateException().isThrownBy(refused::requireKnown);
            TransactionLog again = new TransactionLog("n1", right, directory, false);
            open(again, old, added);
            assertThat(added.namespace().transactionLogs().get("n1")).isEqualTo(right);
            again.requireKnown();
        }
    }

    /** As a start does. */
    private static void open(TransactionLog log, Bus... stores) {
        for (Bus store : stores) {
            new RecoveredResource(new RecoveredStore(store.factory()), log, System::nanoTime).open();
        }
    }
}
