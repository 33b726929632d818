/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.arjuna.ats.arjuna.common.Uid;
import io.peeklock.narayana.LogEntries.Entry;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That the check names what Narayana keeps in its log for ever: it scans every second here (rule X5).
 *
 * <p>Not thread safe.
 */
@Tag("X5")
final class StuckEntriesTest {

    @TempDir
    static Path objectStore;

    @TempDir
    Path data;

    private static Set<Uid> ids() {
        return new LogEntries(System::nanoTime).look().stream().map(Entry::id).collect(Collectors.toSet());
    }

    private static void awaitProblemOf(Uid entry, PeeklockTransactions transactions) {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(transactions.check().problems())
                        .singleElement()
                        .asString()
                        .contains("does not bring to an end", entry + " (there for "));
    }

    private PeeklockTransactions start(Bus bus, Database database) {
        return RecoveryCrashTest.builder(objectStore, data, bus, database)
                .recoveryPeriod(Duration.ofSeconds(1))
                .start();
    }

    @Test
    void ofADatabaseThatWasEnlistedWithoutAName() throws Exception {
        RecoveryCrashTest.kill(objectStore, data, "database.commit.after", KilledTransaction.NAMELESS);
        Database database = new Database(data);
        try (Bus bus = new Bus(RecoveryCrashTest.store(data));
                PeeklockTransactions transactions = start(bus, database)) {
            Set<Uid> entries = ids();
            assertThat(entries).isNotEmpty();
            // Everything is where it was to be; only the entry stays.
            assertThat(database.words()).containsExactly("one");
            await().atMost(Duration.ofMinutes(1)).until(() -> bus.count("shipments") == 1 && bus.inDoubt() == 0);
            for (Uid entry : entries) {
                awaitProblemOf(entry, transactions);
            }
        }
    }

    @Test
    void ofATransactionThatIsTorn() throws Exception {
        FileStore left = new FileStore(data.resolve("left"));
        FileStoreResource written = new FileStoreResource(left);
        FileStoreResource torn = new FileStoreResource(new FileStore(data.resolve("right")));
        try (Bus bus = new Bus(RecoveryCrashTest.store(data));
                PeeklockTransactions transactions = start(bus, new Database(data))) {
            Set<Uid> before = ids();
            TransactionManager manager = transactions.transactionManager();
            manager.begin();
            manager.getTransaction().enlistResource(NamedResource.of("left", written));
            manager.getTransaction().enlistResource(NamedResource.of("right", rolledBackByHand(torn)));
            written.write("out");
            torn.write("in");
            assertThatExceptionOfType(HeuristicMixedException.class).isThrownBy(manager::commit);
            assertThat(left.words()).containsExactly("out");
            Set<Uid> entries = ids();
            entries.removeAll(before);
            assertThat(entries).hasSize(1);
            awaitProblemOf(entries.iterator().next(), transactions);
        }
    }

    /** What a resource answers that an administrator has rolled back meanwhile. */
    private static XAResource rolledBackByHand(FileStoreResource resource) {
        return (XAResource) Proxy.newProxyInstance(
                FileStoreResource.class.getClassLoader(),
                new Class<?>[] {XAResource.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("commit")) {
                        throw new XAException(XAException.XA_HEURRB);
                    }
                    try {
                        return method.invoke(resource, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
