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

    /** Runs something at every point of every history; says how many there were. */
    private static int everywhere(Kind kind, List<Consumer<SpanHistory>> endings) {
        int points = 0;
        Deque<List<Integer>> paths = new ArrayDeque<>(List.of(List.of()));
        while (!paths.isEmpty()) {
            List<Integer> path = paths.pop();
            points++;
            for (int i = 0; i < endings.size(); i++) {
                try {
                    SpanHistory history = after(kind, path);
                    endings.get(i).accept(history);
                    history.check();
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError(
                            kind + " after syncs of " + path + ", ending " + i + ": " + e.getMessage(), e);
                }
            }
            for (int next : after(kind, path).waiting()) {
                List<Integer> longer = new ArrayList<>(path);
                longer.add(next);
                paths.push(longer);
            }
        }
        return points;
    }

    private static SpanHistory after(Kind kind, List<Integer> path) {
        SpanHistory history = new SpanHistory(kind);
        path.forEach(history::sync);
        return history;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whateverEndsTheProcess(Kind kind) {
        int points = everywhere(kind, List.of(history -> {}, SpanHistory::powerFails, SpanHistory::isKilled));
        assertThat(points).as("points").isGreaterThan(8);
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
        everywhere(kind, endings);
    }
}
