/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Processes that send and receive are killed at random moments, one after the other on the same store.
 *
 * <p>Not thread safe. A seed repeats who does what and after how many events the kill comes.
 */
final class KilledProcessCrashTest {

    private static final int KILLS = 10;
    private static final int MOST_EVENTS_BEFORE_A_KILL = 1_200;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(CrashTarget.class)
    @Tag("L2")
    @Tag("L6")
    @Tag("L13")
    @Tag("P5")
    @Tag("W1")
    void losesNothingThatWasSentAndBringsNothingBackThatWasAcknowledged(CrashTarget target) throws Exception {
        long seed = Seed.next();
        System.out.println("KilledProcessCrashTest " + Seed.describe(seed));
        Random random = new Random(seed);
        String url = "peeklock:file:" + directory.resolve("store") + "?partitions=16&autoCreate.partitioned=true";
        CrashLedger ledger = new CrashLedger();

        target.prepare(url);
        for (int run = 1; run <= KILLS; run++) {
            int events = eventsBeforeTheKill(run, random);
            runAndKill(url, run, random.nextLong(), target, events, ledger);
        }
        drain(url, target, ledger);

        assertThat(ledger.contradictions()).as(Seed.describe(seed)).isEmpty();
        // Or it would all be true of a broker that does nothing.
        assertThat(ledger.sent()).as("sent").isGreaterThan(100);
        assertThat(ledger.acknowledged()).as("acknowledged").isGreaterThan(100);
        assertThat(ledger.foundAtTheEnd()).as("found at the end").isPositive();
        assertThat(ledger.risesAcrossKills())
                .as("counts that had to rise across a kill")
                .isPositive();
    }

    /** Some are killed while the store is being created or loaded, most in the middle of their work. */
    private static int eventsBeforeTheKill(int run, Random random) {
        return switch (run) {
            case 1, 5 -> 1 + random.nextInt(2);
            default -> 100 + random.nextInt(MOST_EVENTS_BEFORE_A_KILL);
        };
    }

    private static void runAndKill(String url, int run, long seed, CrashTarget target, int events, CrashLedger ledger)
            throws Exception {
        try (JavaProcess process =
                JavaProcess.start(CrashWorker.class, url, Integer.toString(run), Long.toString(seed), target.name())) {
            List<String> said = process.read(events);
            assertThat(said)
                    .as("events of process %d before it ended by itself", run)
                    .hasSize(events);
            said.forEach(line -> ledger.add(WorkerEvent.parse(line)));
            process.kill().forEach(line -> ledger.add(WorkerEvent.parse(line)));
            ledger.killed();
        }
    }

    private static void drain(String url, CrashTarget target, CrashLedger ledger) throws JMSException {
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url);
                Connection connection = factory.createConnection();
                Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
            connection.start();
            await().atMost(Duration.ofMinutes(2)).until(() -> !target.isOnItsWay(session));
            for (String prefix : target.prefixes()) {
                drain(session, target.place(prefix), prefix, false, ledger);
                drain(session, target.place(prefix) + "/$deadletterqueue", prefix, true, ledger);
            }
        }
    }

    private static void drain(Session session, String queue, String prefix, boolean deadLetters, CrashLedger ledger)
            throws JMSException {
        Drain.drain(session, queue, message -> {
            ledger.found(TestMessages.got(prefix, message), deadLetters);
            message.acknowledge();
        });
    }
}
