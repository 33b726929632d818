/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threads that recover through one resource while the store is closed below it and opened again. */
@Tag("X5")
class RecoveryStormTest extends XABranches {
    private static final int WHOLE = XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN;
    private static final int BRANCHES = 40;
    private static final int THREADS = 3;

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private PeeklockXAConnectionFactory files;

    @BeforeEach
    void locate() {
        files = new PeeklockXAConnectionFactory(
                "peeklock:file:" + directory.resolve("bus") + "?partitions=1&linger=PT0S");
    }

    @AfterEach
    void closeFiles() {
        files.close();
    }

    private List<String> prepare() throws Exception {
        List<String> texts = new ArrayList<>();
        try (var connection = files.createXAConnection()) {
            var session = connection.createXASession();
            XAResource branches = session.getXAResource();
            var producer = session.createProducer(session.createQueue(OUT));
            for (int i = 0; i < BRANCHES; i++) {
                Xid xid = newXid();
                branches.start(xid, XAResource.TMNOFLAGS);
                producer.send(session.createTextMessage("message " + i));
                branches.end(xid, XAResource.TMSUCCESS);
                assertThat(branches.prepare(xid)).isEqualTo(XAResource.XA_OK);
                texts.add("message " + i);
            }
        }
        return texts;
    }

    @Test
    void endEachBranchOnce() throws Exception {
        List<String> texts = prepare();
        AtomicReference<PeeklockXAConnection> last = new AtomicReference<>();
        AtomicInteger openings = new AtomicInteger();
        AtomicInteger committed = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        try (RecoveryResource recovery = new RecoveryResource(
                "the store",
                () -> {
                    openings.incrementAndGet();
                    PeeklockXAConnection made = (PeeklockXAConnection) files.createXAConnection();
                    last.set(made);
                    return made;
                },
                System::nanoTime)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(() -> {
                    while (committed.get() < BRANCHES) {
                        scan(recovery, committed);
                    }
                    return over;
                }));
            }
            Future<?> closing = threads.submit(() -> {
                while (!over.get()) {
                    int before = committed.get();
                    await().pollInterval(Duration.ofMillis(1)).until(() -> over.get() || committed.get() > before);
                    PeeklockXAConnection open = last.get();
                    if (open != null) {
                        open.close();
                    }
                }
                return over;
            });
            for (Future<?> one : all) {
                one.get(1, TimeUnit.MINUTES);
            }
            over.set(true);
            closing.get(1, TimeUnit.MINUTES);
            assertThat(recovery.recover(WHOLE)).isEmpty();
        }
        assertThat(openings).hasValueGreaterThan(2);
        assertThat(committed).hasValue(BRANCHES);
        try (TestBroker bus = new TestBroker(new PeeklockConnectionFactory(files.getUrl()))) {
            assertThat(bus.drain(OUT)).containsExactlyInAnyOrderElementsOf(texts);
        }
    }

    private static void scan(RecoveryResource recovery, AtomicInteger committed) throws XAException {
        try {
            for (Xid xid : recovery.recover(WHOLE)) {
                recovery.commit(xid, false);
                committed.incrementAndGet();
            }
        } catch (XAException e) {
            // Another thread was first, or the store was closed meanwhile.
            assertThat(e.errorCode).isIn(XAException.XAER_NOTA, XAException.XAER_RMFAIL);
        }
    }

    /** To be closed first; if it is not, nothing is opened any more behind the factory's back. */
    @Test
    void whoseFactoryIsClosedOpenNothing() throws Exception {
        prepare();
        try (RecoveryResource recovery = files.createRecoveryResource()) {
            files.close();
            assertThatExceptionOfType(XAException.class)
                    .isThrownBy(() -> recovery.recover(WHOLE))
                    .satisfies(e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL))
                    .withMessageContaining("closed");
        }
        try (PeeklockXAConnectionFactory again = new PeeklockXAConnectionFactory(files.getUrl());
                RecoveryResource recovery = again.createRecoveryResource()) {
            assertThat(recovery.recover(WHOLE)).hasSize(BRANCHES);
        }
    }

    /** Its connection goes on, as every one does whose factory is closed, and lets the store go with its own close. */
    @Test
    void whoseFactoryIsClosedGoOnWhileTheirConnectionIsOpen() throws Exception {
        prepare();
        try (RecoveryResource recovery = files.createRecoveryResource()) {
            Xid[] found = recovery.recover(WHOLE);
            files.close();
            for (Xid xid : found) {
                recovery.commit(xid, false);
            }
        }
        try (TestBroker bus = new TestBroker(new PeeklockConnectionFactory(files.getUrl()))) {
            assertThat(bus.drain(OUT)).hasSize(BRANCHES);
        }
    }
}
