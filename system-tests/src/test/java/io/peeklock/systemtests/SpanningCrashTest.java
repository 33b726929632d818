/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.systemtests.SpanningWorker.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Processes are killed at every step that a transaction over three partitions takes in any of their journals; afterwards it has
 * happened whole or not, however often it is loaded again.
 *
 * <p>Thread safe: each process has a store of its own.
 */
@Tag("X4")
@Tag("X5")
final class SpanningCrashTest {

    /** Most of the time of each is waiting. */
    private static final int AT_ONCE = 4;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aTransactionHappensWholeOrNotWhereverItsProcessIsKilled(Kind kind) throws Exception {
        int[] batches = batchesOf(kind);
        List<Callable<Boolean>> kills = new ArrayList<>();
        for (int partition = 0; partition < batches.length; partition++) {
            for (int batch = kind.firstBatch(); batch <= batches[partition]; batch++) {
                for (KillPoint.Moment moment : KillPoint.Moment.values()) {
                    KillPoint point = new KillPoint(partition, batch, moment);
                    kills.add(() -> isKilledAt(kind, point));
                }
            }
        }
        int killed = 0;
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            for (Future<Boolean> one : threads.invokeAll(kills)) {
                killed += one.get() ? 1 : 0;
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(killed).isGreaterThanOrEqualTo(4 * SpanningWorker.PARTITIONS);
    }

    private Path store(String name) {
        return directory.resolve(name.replace('/', '-'));
    }

    /** How many batches each partition has if nothing happens. */
    private int[] batchesOf(Kind kind) throws Exception {
        List<String> said = run(kind, KillPoint.NOWHERE);
        assertThat(said).contains(SpanningWorker.ENDED);
        String[] words = said.get(said.size() - 1).split(" ", -1);
        assertThat(words[0]).isEqualTo(SpanningWorker.BATCHES);
        int[] batches = new int[SpanningWorker.PARTITIONS];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = Integer.parseInt(words[i + 1]);
        }
        checkTwice(kind, KillPoint.NOWHERE, said);
        return batches;
    }

    private boolean isKilledAt(Kind kind, KillPoint point) throws Exception {
        List<String> said = run(kind, point);
        checkTwice(kind, point, said);
        // If two batches became one this time it came to its end.
        return said.stream().noneMatch(line -> line.startsWith(SpanningWorker.BATCHES));
    }

    private List<String> run(Kind kind, KillPoint point) throws Exception {
        try (JavaProcess process = JavaProcess.start(
                SpanningWorker.class, store(kind + "-" + point).toString(), kind.name(), point.toString())) {
            return process.read(Integer.MAX_VALUE);
        }
    }

    private void checkTwice(Kind kind, KillPoint point, List<String> said) throws Exception {
        String what = kind + " killed at " + point + ", which has said " + said;
        boolean happened = check(kind, point, said, what);
        assertThat(check(kind, point, said, what + ", loaded again")).as(what).isEqualTo(happened);
        if (kind.commits() && said.contains(kind == Kind.LOCAL ? SpanningWorker.ENDED : SpanningWorker.PREPARED)) {
            assertThat(happened).as(what).isTrue();
        }
        if (!kind.commits()) {
            assertThat(happened).as(what).isFalse();
        }
    }

    /** Opens the store and lets whoever had to end the transaction do so; whether it has happened. */
    private boolean check(Kind kind, KillPoint point, List<String> said, String what) throws Exception {
        try (LocalNamespace bus =
                LocalNamespace.open(SpanningWorker.store(store(kind + "-" + point)), NamespaceConfig.defaults())) {
            for (PreparedBranch one : bus.preparedBranches().join()) {
                assertThat(one.xid()).as(what).isEqualTo(SpanningWorker.XID);
                end(kind, bus, one, said, what);
            }
            await(what).atMost(Duration.ofSeconds(30)).until(() -> isOver(bus));
            List<List<String>> there = there(bus);
            assertThat(there).as(what).containsOnly(there.get(0));
            return there.get(0).equals(List.of(SpanningWorker.NEW));
        }
    }

    private static void end(Kind kind, Namespace bus, PreparedBranch one, List<String> said, String what) {
        boolean wasPrepared = said.contains(SpanningWorker.PREPARED);
        if (one.state() == PreparedBranch.State.PREPARED) {
            BranchOutcome outcome = wasPrepared
                    ? kind.end(bus).join()
                    : bus.rollbackBranch(SpanningWorker.XID).join();
            assertThat(outcome).as(what).isEqualTo(BranchOutcome.DONE);
        } else {
            assertThat(kind.isByHand()).as(what).isTrue();
            assertThat(one.state() == PreparedBranch.State.HEURISTICALLY_COMMITTED)
                    .as(what)
                    .isEqualTo(kind.commits());
        }
    }

    /** One message can be received in each partition. */
    private static boolean isOver(Namespace bus) {
        return there(bus).stream().allMatch(texts -> texts.size() == 1);
    }

    private static List<List<String>> there(Namespace bus) {
        List<List<String>> all = new ArrayList<>();
        for (int i = 0; i < SpanningWorker.PARTITIONS; i++) {
            all.add(bus.peek(SpanningWorker.queue(i), 0, 10).join().stream()
                    .filter(delivery -> delivery.state() == MessageState.ACTIVE)
                    .map(SpanningCrashTest::textOf)
                    .toList());
        }
        return all;
    }

    private static String textOf(Delivery delivery) {
        return StandardCharsets.UTF_8.decode(delivery.message().body()).toString();
    }
}
