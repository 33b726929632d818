/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The measurements of a run, by workload, contestant and round.
 *
 * <p>Not thread safe.
 */
final class Results {

    private record Cell(String workload, Contestant contestant) {}

    private final Map<Cell, Map<Integer, Measurement>> measurements = new LinkedHashMap<>();
    private final Map<Contestant, List<StartUpCost>> startUps = new EnumMap<>(Contestant.class);

    void add(Workload workload, Contestant contestant, int round, Measurement measurement) {
        measurements
                .computeIfAbsent(new Cell(workload.id(), contestant), cell -> new TreeMap<>())
                .put(round, measurement);
    }

    void add(Contestant contestant, StartUpCost cost) {
        startUps.computeIfAbsent(contestant, key -> new ArrayList<>()).add(cost);
    }

    private Map<Integer, Measurement> rounds(Workload workload, Contestant contestant) {
        return measurements.getOrDefault(new Cell(workload.id(), contestant), Map.of());
    }

    /** A figure of all rounds; empty if none succeeded. */
    Optional<Spread> figure(Workload workload, Contestant contestant, ToDoubleFunction<Measurement> figure) {
        return spread(rounds(workload, contestant).values().stream()
                .mapToDouble(figure)
                .boxed()
                .toList());
    }

    /** A figure of all starts; empty if none succeeded. */
    Optional<Spread> startUpFigure(Contestant contestant, ToDoubleFunction<StartUpCost> figure) {
        return spread(startUps.getOrDefault(contestant, List.of()).stream()
                .mapToDouble(figure)
                .boxed()
                .toList());
    }

    /**
     * Operations a second of one over those of the other, compared round by round: what the machine does to one round it
     * does to both. Empty if they have no round in common.
     */
    Optional<Spread> ratio(Workload workload, Contestant of, Contestant over) {
        Map<Integer, Measurement> others = rounds(workload, over);
        List<Double> ratios = new ArrayList<>();
        rounds(workload, of).forEach((round, measurement) -> {
            Measurement other = others.get(round);
            if (other != null && other.operations() > 0) {
                ratios.add(measurement.perSecond() / other.perSecond());
            }
        });
        return spread(ratios);
    }

    private static Optional<Spread> spread(List<Double> values) {
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }
}
