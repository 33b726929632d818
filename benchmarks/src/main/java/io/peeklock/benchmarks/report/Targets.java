/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.report;

import io.peeklock.benchmarks.process.Measurement;
import io.peeklock.benchmarks.subject.Contestant;
import io.peeklock.benchmarks.workload.Workload;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What Peeklock is to reach in each workload, as ratios of operations a second.
 *
 * <p>Immutable.
 */
public final class Targets {

    /** Over whom: one contestant, or the best of the other providers that have every message on disk. */
    private record Target(List<String> workloads, Optional<Contestant> over, double bound, boolean more) {

        Verdict verdict(Workload workload, Results results) {
            Optional<Contestant> other = over.or(() -> bestPeer(workload, results));
            Optional<Spread> ratio = other.flatMap(it -> results.ratio(workload, Contestant.peeklock(workload), it));
            String what = "over "
                    + over.map(Contestant::label)
                            .orElseGet(() -> "the best peer"
                                    + other.map(it -> ", " + it.label()).orElse(""));
            return more
                    ? Verdict.above(workload.id(), what, bound, "%.2f", ratio)
                    : Verdict.atLeast(workload.id(), what, bound, "%.2f", ratio);
        }
    }

    private static final List<Target> ALL = List.of(
            atLeast(1, Contestant.RAW_JOURNAL, "W1", "W2", "W3-Q"),
            atLeast(0.8, Contestant.RAW_JOURNAL, "W3-P"),
            atLeast(0.9, Contestant.RAW_JOURNAL, "W5"),
            ahead(Optional.empty(), "W1"),
            atLeast(2, Contestant.ARTEMIS_TUNED, "W2"),
            ahead(Optional.of(Contestant.ARTEMIS_AIO), "W2"),
            new Target(List.of("W4-1", "W4-8", "W6-A", "W6-T", "W9-1", "W9-8"), Optional.empty(), 2, false),
            ahead(Optional.of(Contestant.ACTIVEMQ), "W7-1", "W7-8"),
            new Target(List.of("W8-1", "W8-8"), Optional.empty(), 5, false),
            atLeast(0.6, Contestant.DISK, "W12-64-8", "W12-200-8"));

    private Targets() {}

    private static Target atLeast(double bound, Contestant over, String... workloads) {
        return new Target(List.of(workloads), Optional.of(over), bound, false);
    }

    private static Target ahead(Optional<Contestant> over, String... workloads) {
        return new Target(List.of(workloads), over, 1, true);
    }

    /** Those of a workload; none if it is there for the sake of comparison alone. */
    public static List<Verdict> verdicts(Workload workload, Results results) {
        return ALL.stream()
                .filter(target -> target.workloads().contains(workload.id()))
                .map(target -> target.verdict(workload, results))
                .toList();
    }

    /** The one with the highest median; empty if none was run. */
    static Optional<Contestant> bestPeer(Workload workload, Results results) {
        return Contestant.syncingPeers(workload).stream()
                .filter(peer -> perSecond(workload, peer, results).isPresent())
                .max(Comparator.comparingDouble(
                        peer -> perSecond(workload, peer, results).orElseThrow().median()));
    }

    private static Optional<Spread> perSecond(Workload workload, Contestant contestant, Results results) {
        return results.figure(workload, contestant, Measurement::perSecond);
    }
}
