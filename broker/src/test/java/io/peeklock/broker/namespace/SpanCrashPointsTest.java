/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.namespace.SpanHistory.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A transaction over three partitions happens whole or not, wherever it is interrupted: after every sequence in which batches can
 * reach the disks.
 */
@Tag("X4")
@Tag("X5")
class SpanCrashPointsTest {

    /** Runs something at every point of every history that begins so; gives the syncs that lead to each. */
    private static List<List<Integer>> everywhere(
            String what, Supplier<SpanHistory> beginning, List<Consumer<SpanHistory>> endings) {
        List<List<Integer>> points = new ArrayList<>();
        Deque<List<Integer>> paths = new ArrayDeque<>(List.of(List.of()));
        while (!paths.isEmpty()) {
            List<Integer> path = paths.pop();
            points.add(path);
            for (int i = 0; i < endings.size(); i++) {
                try {
                    SpanHistory history = after(beginning, path);
                    endings.get(i).accept(history);
                    history.check();
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError(
                            what + " after syncs of " + path + ", ending " + i + ": " + e.getMessage(), e);
                }
            }
            for (int next : after(beginning, path).waiting()) {
                List<Integer> longer = new ArrayList<>(path);
                longer.add(next);
                paths.push(longer);
            }
        }
        return points;
    }

    private static SpanHistory after(Supplier<SpanHistory> beginning, List<Integer> path) {
        SpanHistory history = beginning.get();
        path.forEach(history::sync);
        return history;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whateverEndsTheProcess(Kind kind) {
        List<List<Integer>> points = everywhere(
                kind.name(),
                () -> new SpanHistory(kind),
                List.of(history -> {}, SpanHistory::powerFails, SpanHistory::isKilled));
        assertThat(points).as("points").hasSizeGreaterThan(8);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whicheverPartitionFails(Kind kind) {
        List<Consumer<SpanHistory>> endings = new ArrayList<>();
        for (int i = 0; i < SpanHistory.PARTITIONS; i++) {
            int partition = i;
            endings.add(history -> history.partitionFails(partition, false));
            endings.add(history -> history.partitionFails(partition, true));
        }
        everywhere(kind.name(), () -> new SpanHistory(kind), endings);
    }

    /** What was left is only half put right when that is interrupted too, at every point of it. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void whateverEndsTheProcessAgainWhileItRecovers(Kind kind) {
        int again = 0;
        for (List<Integer> path : everywhere(kind.name(), () -> new SpanHistory(kind), List.of())) {
            for (boolean afterPowerFailed : new boolean[] {true, false}) {
                Supplier<SpanHistory> recovering = () -> {
                    SpanHistory history = after(() -> new SpanHistory(kind), path);
                    history.startsAgain(afterPowerFailed);
                    return history;
                };
                String what = kind + " after syncs of " + path + (afterPowerFailed ? " without power" : " killed");
                again += everywhere(what + ", again", recovering, List.of(SpanHistory::powerFails))
                                .size()
                        - 1;
            }
        }
        assertThat(again).as("points while it recovers").isGreaterThan(20);
    }
}
