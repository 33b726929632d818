/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.artemis.StoreRestore;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.disk.FileSystemDisk;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which logs transaction managers have, as a namespace remembers it: through a crash, in a backup, and for whom. */
@Tag("X5")
class TransactionLogAdministrationTest extends ClaimFixture {
    private static final UUID FIRST = new UUID(1, 1);
    private static final UUID SECOND = new UUID(2, 2);

    @TempDir
    Path directory;

    @Test
    void outlivesACrash() {
        bus.get(bus.namespace.rememberTransactionLog("n1", FIRST));
        bus = bus.crashed();
        assertThat(bus.get(bus.namespace.rememberTransactionLog("n1", SECOND))).isEqualTo(FIRST);
        assertThat(bus.get(bus.namespace.forgetTransactionLog("n1"))).isTrue();
        bus = bus.crashed();
        assertThat(bus.namespace.transactionLogs()).isEmpty();
    }

    @Test
    void isInABackup() throws Exception {
        try (LocalNamespace files = open(directory.resolve("bus"))) {
            files.rememberTransactionLog("n1", FIRST).join();
            files.backup(directory.resolve("backup")).join();
        }
        new StoreRestore(directory.resolve("backup"), false, Map.of())
                .into(directory.resolve("restored"), new FileSystemDisk(), Clock.systemUTC(), ignored -> {});
        try (LocalNamespace files = open(directory.resolve("restored"))) {
            assertThat(files.transactionLogs()).isEqualTo(Map.of("n1", FIRST));
        }
    }

    private static LocalNamespace open(Path store) throws Exception {
        StoreOptions options =
                StoreOptions.builder().partitions(1).fileSizeBytes(1 << 20).build();
        return LocalNamespace.open(ArtemisJournalStore.open(store, options), NamespaceConfig.defaults());
    }

    @Test
    @Tag("Q6")
    void needsManageOnTheNamespace() {
        policy(null, Claim.SEND, Claim.LISTEN);
        assertThat(isRefused(() -> app().rememberTransactionLog("n1", FIRST))).isTrue();
        assertThat(isRefused(() -> app().forgetTransactionLog("n1"))).isTrue();
        assertThat(isRefused(() -> app().transactionLogs())).isTrue();
        Namespace manager = bus.namespace.authorize("manager", "manager-key");
        assertThat(bus.get(manager.rememberTransactionLog("n1", FIRST))).isEqualTo(FIRST);
        assertThat(manager.transactionLogs()).isEqualTo(Map.of("n1", FIRST));
        assertThat(bus.get(manager.forgetTransactionLog("n1"))).isTrue();
    }

    @Test
    void ofAClosedNamespaceFails() throws Exception {
        LocalNamespace files = open(directory.resolve("bus"));
        files.close();
        assertThat(bus.errorOf(files.rememberTransactionLog("n1", FIRST))).isEqualTo(ErrorCode.Closed);
        assertThatThrownBy(files::transactionLogs)
                .isInstanceOfSatisfying(
                        BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.Closed));
    }
}
