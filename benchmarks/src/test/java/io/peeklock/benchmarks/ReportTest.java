/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

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

        assertThat(report).contains("| peeklock / disk | 2.00 (2.00 to 2.00) |");
    }

    @Test
    void figuresAreMediansWithTheirRange() {
        add(Contestant.DISK, 1, 1_000);
        add(Contestant.DISK, 2, 5_000);
        add(Contestant.DISK, 3, 3_000);

        assertThat(report("W1", "disk")).contains("| disk | 3,000 (1,000 to 5,000) | 100 | 200 | 3 | 2 | 4 |");
    }

    @Test
    void whatNeverSucceededIsShownAsFailed() {
        assertThat(report("W1", "disk")).contains("| disk | – | failed |");
    }

    private void add(Contestant contestant, int round, long operations) {
        ResourceUse use = new ResourceUse(2 * operations, 3_000 * operations, 4 * operations);
        results.add(
                w1.id(),
                contestant,
                round,
                new ChildResult(new Measurement(operations, 1_000_000_000, 100_000, 200_000, use).toFields()));
    }

    private String report(String workloads, String peers) {
        return new Report(Options.parse(List.of("--workloads", workloads, "--peers", peers)), results).write(List.of());
    }
}
