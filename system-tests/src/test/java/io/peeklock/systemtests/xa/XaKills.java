/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.systemtests.JavaProcess;
import io.peeklock.systemtests.xa.FaultyResource.Fault;
import io.peeklock.systemtests.xa.XaErrand.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One directory of places, on which one process after the other works and is killed.
 *
 * <p>Not thread safe.
 */
final class XaKills {

    private static final int MOST_EVENTS_BEFORE_A_KILL = 900;

    private final Path directory;
    private final XaWorld world;
    private final Fault faultOfShipments;
    private final XaLedger ledger = new XaLedger();
    private int processes;

    XaKills(Path directory, XaWorld world, Fault faultOfShipments) {
        this.directory = directory;
        this.world = world;
        this.faultOfShipments = faultOfShipments;
    }

    XaLedger ledger() {
        return ledger;
    }

    /** One process that stops the transactions of all these plans, and then halts. */
    void stopTogether(List<Plan> plans) throws Exception {
        haltsBy(errand(null, Task.STOP_TOGETHER, plans, 0), plans.size());
    }

    /** One process that halts in the transaction of a plan. */
    void halt(Plan plan) throws Exception {
        haltsBy(errand(null, Task.HALT, List.of(plan), 0), 1);
    }

    /** One process that halts at a point of its recovery. */
    void haltInRecovery(String point) throws Exception {
        haltsBy(errand(point, Task.END, List.of(), 0), 1);
    }

    private void haltsBy(XaErrand errand, int stops) throws Exception {
        try (JavaProcess process = errand.start()) {
            List<XaEvent> said = parse(process.read(Integer.MAX_VALUE));
            said.forEach(ledger::add);
            assertThat(process.awaitEnd())
                    .as("status of %s; contradictions: %s", errand, ledger.contradictions())
                    .isEqualTo(XaWorker.HALTED);
            assertThat(said.stream().filter(event -> event.kind() == XaEvent.Kind.STOPPED))
                    .as("stops of %s", errand)
                    .hasSize(stops);
        }
    }

    /** One process that runs transactions and is killed, mostly in the middle of them, now and then while it recovers. */
    void killAtRandom(Random random) throws Exception {
        boolean early = processes > 0 && random.nextInt(8) == 0;
        int events = early ? 1 + random.nextInt(4) : 100 + random.nextInt(MOST_EVENTS_BEFORE_A_KILL);
        XaErrand errand = errand(null, Task.RUN, List.of(), random.nextLong());
        try (JavaProcess process = errand.start()) {
            List<String> said = process.read(events);
            parse(said).forEach(ledger::add);
            assertThat(said)
                    .as("events of %s before it ended by itself", errand)
                    .hasSize(events);
            parse(process.kill()).forEach(ledger::add);
        }
    }

    /** One process that recovers, takes everything out of the books, and ends by itself. */
    void end() throws Exception {
        XaErrand errand = errand(null, Task.END, List.of(), 0);
        try (JavaProcess process = errand.start()) {
            parse(process.read(Integer.MAX_VALUE)).forEach(ledger::add);
            assertThat(process.awaitEnd()).as("status of %s", errand).isZero();
        }
    }

    private XaErrand errand(@Nullable String recoveryStop, Task task, List<Plan> plans, long seed) {
        processes++;
        return new XaErrand(directory, world, faultOfShipments, "p" + processes, recoveryStop, task, plans, seed);
    }

    private static List<XaEvent> parse(List<String> lines) {
        return lines.stream().map(XaEvent::parse).toList();
    }
}
