/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.benchmarks.process.ChildResult;
import io.peeklock.benchmarks.process.Footprint;
import io.peeklock.benchmarks.process.Measurement;
import io.peeklock.benchmarks.process.ResourceUse;
import io.peeklock.benchmarks.report.Results;
import io.peeklock.benchmarks.study.StartUpCost;
import io.peeklock.benchmarks.subject.Contestant;
import io.peeklock.benchmarks.workload.Workload;
import io.peeklock.benchmarks.workload.Workloads;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportTest {

    private final Results results = new Results();
    private final Workload w1 = Workloads.named("W1");

    @Test
    void ratiosCompareRoundsOfTheSameNumber() {
        // The machine was three times as fast in the second round, and the disk failed in the third: medians give 3.00.
        add(Contestant.PEEKLOCK, 1, 2_000);
        add(Contestant.DISK, 1, 1_000);
        add(Contestant.PEEKLOCK, 2, 6_000);
        add(Contestant.DISK, 2, 3_000);
        add(Contestant.PEEKLOCK, 3, 9_000);

        String report = report("W1", "peeklock,disk");

        assertThat(report).contains("|  | disk |").contains("| W1 | 2.00 (2.00 to 2.00) |");
    }

    @Test
    void figuresAreMediansWithTheirRange() {
        add(Contestant.DISK, 1, 1_000);
        add(Contestant.DISK, 2, 5_000);
        add(Contestant.DISK, 3, 3_000);

        assertThat(report("W1", "disk")).contains("| disk | 3,000 (1,000 to 5,000) | 3 | 100 | 200 | 3 | 2 | 4 |");
    }

    @Test
    void whatNeverSucceededIsShownAsFailed() {
        assertThat(report("W1", "disk")).contains("| disk | – | failed | failed |");
    }

    @Test
    void aTargetIsReachedAtItsBoundAndNotBelow() {
        add(Contestant.PEEKLOCK, 1, 1_000);
        add(Contestant.RAW_JOURNAL, 1, 1_000);
        add(Contestant.ARTEMIS, 1, 900);
        add(Contestant.ACTIVEMQ, 1, 1_100);

        assertThat(report("W1", "peeklock,raw-journal,artemis,activemq"))
                .contains("| W1 | over raw-journal | at least 1.00 | 1.00 (1.00 to 1.00) | yes |")
                .contains("| W1 | over the best peer, activemq | above 1.00 | 0.91 (0.91 to 0.91) | **no** |");
    }

    @Test
    void aTargetWithoutFiguresIsNeitherReachedNorMissed() {
        add(Contestant.PEEKLOCK, 1, 1_000);

        assertThat(report("W1", "peeklock")).contains("| W1 | over the best peer | above 1.00 | – | not measured |");
    }

    @Test
    void whoSkipsWritingIsNoPeerWhereItDoes() {
        Workload exchange = Workloads.named("W6-A");
        add(exchange, Contestant.PEEKLOCK, 1, 2_000);
        add(exchange, Contestant.ACTIVEMQ, 1, 9_000);
        add(exchange, Contestant.ACTIVEMQ_STRICT, 1, 1_000);

        assertThat(report("W6-A", "peeklock,activemq,activemq-strict"))
                .contains("| W6-A | over the best peer, activemq-strict | at least 2.00 | 2.00 (2.00 to 2.00) | yes |");
    }

    @Test
    void ofPartitionedQueuesTheContestantThatHasThemIsCompared() {
        Workload partitioned = Workloads.named("W3-P");
        add(partitioned, Contestant.PEEKLOCK_PARTITIONED, 1, 500);
        add(partitioned, Contestant.RAW_JOURNAL, 1, 1_000);

        assertThat(report("W3-P", "peeklock,peeklock-16,raw-journal"))
                .contains("| W3-P | over raw-journal | at least 0.80 | 0.50 (0.50 to 0.50) | **no** |");
    }

    @Test
    void bytesASecondGoByTheSizeOfTheMessages() {
        add(Workloads.named("W12-64-8"), Contestant.DISK, 1, 1_000);

        assertThat(report("W12-64-8", "disk")).contains("| disk | 1,000 (1,000 to 1,000) | 66 |");
    }

    @Test
    void aStudyHasASectionOfItsOwn() {
        StartUpCost cost = new StartUpCost(
                new StartUpCost.Time(321, 654), new Footprint(2_048, 4, 828), new Footprint(4_096, 6, 1_788), 7, 1);
        results.add("start", Contestant.PEEKLOCK, 1, new ChildResult(cost.toFields()));

        assertThat(report("start", "peeklock,disk"))
                .contains("## Start\n")
                .contains("| start | JVM start to first message, ms | below 300 | 321 (321 to 321) | **no** |")
                .contains("| peeklock | 321 (321 to 321) | 654 | 2 | 4 | 4 | 6 | 828 | 1,788 | 7 | 1 |");
    }

    private void add(Contestant contestant, int round, long operations) {
        add(w1, contestant, round, operations);
    }

    private void add(Workload workload, Contestant contestant, int round, long operations) {
        ResourceUse use = new ResourceUse(2 * operations, 3_000 * operations, 4 * operations);
        Measurement measurement = new Measurement(operations, 1_000_000_000, 100_000, 200_000, use);
        results.add(workload.id(), contestant, round, new ChildResult(measurement.toFields()));
    }

    private String report(String workloads, String peers) {
        return new Report(Options.parse(List.of("--workloads", workloads, "--peers", peers)), results).write(List.of());
    }
}
