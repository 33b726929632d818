/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;

import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the check says of a Narayana that nobody has set up.
 *
 * <p>Not thread safe.
 */
final class NarayanasDefaultsTest {

    @TempDir
    Path directory;

    @Test
    void haveANodeIdThatOthersHaveToo() {
        arjPropertyManager.getObjectStoreEnvironmentBean().setObjectStoreDir(directory.toString());
        arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
        RecoveryManager manager = RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT);
        try (NarayanaRecovery recovery = NarayanaRecovery.register(manager)) {
            assertThat(recovery.check().problems())
                    .hasSize(2)
                    .anyMatch(problem -> problem.startsWith("The node id is Narayana's default, 1: "))
                    .anyMatch(problem -> problem.startsWith("No store is recovered."));
        } finally {
            manager.terminate();
        }
    }
}
