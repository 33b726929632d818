/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.report;

import io.peeklock.benchmarks.process.ChildResult;
import io.peeklock.benchmarks.process.Measurement;
import io.peeklock.benchmarks.subject.Contestant;
import io.peeklock.benchmarks.workload.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The figures of a run, by workload or study, contestant and round.
 *
 * <p>Not thread safe.
 */
public final class Results {

    private record Cell(String id, Contestant contestant) {}

    private final Map<Cell, Map<Integer, ChildResult>> rounds = new LinkedHashMap<>();

    /** @param id the workload or study */
    public void add(String id, Contestant contestant, int round, ChildResult figures) {
        rounds.computeIfAbsent(new Cell(id, contestant), cell -> new TreeMap<>())
                .put(round, figures);
    }

    /** Whether there are figures of this round. */
    public boolean has(String id, Contestant contestant, int round) {
        return rounds(id, contestant).containsKey(round);
    }

    private Map<Integer, ChildResult> rounds(String id, Contestant contestant) {
        return rounds.getOrDefault(new Cell(id, contestant), Map.of());
    }

    /** A figure of all rounds; empty if none succeeded. */
    public Optional<Spread> figure(Workload workload, Contestant contestant, ToDoubleFunction<Measurement> figure) {
        return figure(workload.id(), contestant, figures -> figure.applyAsDouble(Measurement.of(figures)));
    }

    /** A figure of all rounds of a workload or study; empty if none succeeded. */
    public Optional<Spread> figure(String id, Contestant contestant, ToDoubleFunction<ChildResult> figure) {
        return spread(rounds(id, contestant).values().stream()
                .mapToDouble(figure)
                .boxed()
                .toList());
    }

    /** Operations a second of one over those of the other, round by round. Empty if they have no round in common. */
    public Optional<Spread> ratio(Workload workload, Contestant of, Contestant over) {
        return ratio(workload.id(), of, over, figures -> Measurement.of(figures).perSecond());
    }

    /**
     * A figure of one over that of the other, round by round. Empty if they have no round in common.
     *
     * <p>Only rounds of the same number are compared: what the machine does to one round it does to both.
     */
    public Optional<Spread> ratio(String id, Contestant of, Contestant over, ToDoubleFunction<ChildResult> figure) {
        Map<Integer, ChildResult> others = rounds(id, over);
        List<Double> ratios = new ArrayList<>();
        rounds(id, of).forEach((round, figures) -> {
            ChildResult other = others.get(round);
            if (other != null && figure.applyAsDouble(other) > 0) {
                ratios.add(figure.applyAsDouble(figures) / figure.applyAsDouble(other));
            }
        });
        return spread(ratios);
    }

    private static Optional<Spread> spread(List<Double> values) {
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }
}
