/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.QueueDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Threads that move messages between two queues in branches at random, with reapers, administrators, time-outs and recovery
 * beside them: in the end each message is there once, whoever has ended what when (rule X5).
 */
@Tag("X5")
class XAStormTest extends XABranches {
    private static final int THREADS = 4;
    private static final int ROUNDS = 60;
    private static final int TOKENS = 60;

    @ParameterizedTest
    @CsvSource({"false, 1", "true, 2", "false, 3", "true, 4"})
    void losesDoublesAndSendsNothingOutsideOfABranch(boolean partitioned, long seed) throws Exception {
        create("a", partitioned, 0);
        create("b", partitioned, 3);
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < TOKENS; i++) {
            tokens.add("token" + i);
        }
        put("a", tokens.toArray(String[]::new));
        AtomicBoolean over = new AtomicBoolean();
        XAStormLedger ledger = new XAStormLedger();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
        try {
            List<Future<?>> movers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                long own = seed * 100 + i;
                movers.add(threads.submit(() -> {
                    try (XAStormMover mover = new XAStormMover(factory, broker.namespace(), own, ledger)) {
                        mover.run(ROUNDS);
                    }
                    return own;
                }));
            }
            Future<?> recovery = threads.submit(() -> {
                recover(ledger, over);
                return over;
            });
            try {
                for (Future<?> mover : movers) {
                    mover.get(3, TimeUnit.MINUTES);
                }
            } finally {
                over.set(true);
            }
            recovery.get(1, TimeUnit.MINUTES);
        } finally {
            threads.shutdownNow();
        }
        assertThat(broker.namespace().preparedBranches().join()).isEmpty();
        List<String> left = new ArrayList<>(broker.drain("a"));
        left.addAll(broker.drain("b"));
        assertThat(left).as("seed %d: %s", seed, ledger).containsExactlyInAnyOrderElementsOf(tokens);
    }

    private void create(String name, boolean partitioned, int home) throws Exception {
        QueueDescription.Builder queue =
                QueueDescription.builder(name).partitioned(partitioned).maxDeliveryCount(100_000);
        broker.namespace()
                .createQueue((partitioned ? queue : queue.homePartition(home)).build())
                .join();
    }

    /** Each scan lists what is prepared all the time while it looks. */
    private void recover(XAStormLedger ledger, AtomicBoolean over) throws Exception {
        try (RecoveryResource recovery = factory.createRecoveryResource()) {
            while (!over.get()) {
                List<Xid> before = ledger.prepared();
                List<String> found = new ArrayList<>();
                for (Xid xid : recovery.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN)) {
                    found.add(XAStormLedger.name(xid));
                }
                before.retainAll(ledger.prepared());
                assertThat(found)
                        .containsAll(before.stream().map(XAStormLedger::name).toList());
            }
        }
    }
}
