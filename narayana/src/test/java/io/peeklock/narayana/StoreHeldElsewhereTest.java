/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.peeklock.jms.PeeklockXAConnectionFactory;
import io.peeklock.jms.RecoveryResource;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recovery of a store that another process has: said once, and done when that process is gone (rule X5).
 *
 * <p>Not thread safe.
 */
@Tag("X5")
final class StoreHeldElsewhereTest {

    static {
        // Before any logger is made; this class has a JVM of its own.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        System.setProperty("org.slf4j.simpleLogger.log." + RecoveryResource.class.getName(), "info");
    }

    @TempDir
    Path directory;

    /** As every transaction manager but Narayana asks. */
    @Test
    void isToBeAskedAgainThroughAResourceForRecovery() throws Exception {
        Path store = directory.resolve("bus");
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        Process holder = JavaChild.start(BusHolder.class, store);
        try (BufferedReader output =
                        new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
                PeeklockXAConnectionFactory factory = new PeeklockXAConnectionFactory("peeklock:file:" + store);
                RecoveryResource resource = factory.createRecoveryResource()) {
            assertThat(output.readLine()).isEqualTo("open");
            AtomicInteger scans = new AtomicInteger();
            // It tries to open the store in each of them.
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1100))
                    .until(() -> {
                        assertThatExceptionOfType(XAException.class)
                                .isThrownBy(() -> resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                                .satisfies(e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL));
                        return scans.incrementAndGet() == 3;
                    });
            assertThat(log.toString(StandardCharsets.UTF_8).lines())
                    .singleElement()
                    .asString()
                    .contains("are not recovered for now", String.valueOf(holder.pid()));
            holder.destroyForcibly().waitFor();
            await().atMost(Duration.ofMinutes(1))
                    .ignoreExceptionsInstanceOf(XAException.class)
                    .until(() -> resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN).length == 0);
            assertThat(log.toString(StandardCharsets.UTF_8).lines())
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("are recovered again");
        } finally {
            System.setErr(err);
            holder.destroyForcibly();
        }
    }

    @Test
    void isSaidOnceAndRecoveredLater() throws Exception {
        Path store = directory.resolve("bus");
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        Process holder = JavaChild.start(BusHolder.class, store);
        try (BufferedReader output =
                        new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
                PeeklockXAConnectionFactory factory = new PeeklockXAConnectionFactory("peeklock:file:" + store)) {
            assertThat(output.readLine()).isEqualTo("open");
            try (PeeklockTransactions transactions = PeeklockTransactions.narayana(directory.resolve("tx"))
                    .node("n1")
                    .recoveryPeriod(Duration.ofHours(1))
                    .recoveryBackOff(Duration.ofSeconds(1))
                    .recovering(factory)
                    .start()) {
                transactions.recoverNow();
                transactions.recoverNow();
                assertThat(transactions.check().problems())
                        .singleElement()
                        .asString()
                        .contains("nothing is recovered: it cannot be opened", String.valueOf(holder.pid()));
                assertThat(log.toString(StandardCharsets.UTF_8).lines())
                        .singleElement()
                        .asString()
                        .contains("are not recovered for now", String.valueOf(holder.pid()));
                holder.destroyForcibly().waitFor();
                await().atMost(Duration.ofMinutes(1)).pollDelay(Duration.ZERO).until(() -> {
                    transactions.recoverNow();
                    return transactions.check().isLive();
                });
            }
        } finally {
            System.setErr(err);
            holder.destroyForcibly();
        }
    }
}
