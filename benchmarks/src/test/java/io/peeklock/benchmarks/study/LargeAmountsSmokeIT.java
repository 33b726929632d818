/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.benchmarks.process.ChildResult;
import io.peeklock.benchmarks.process.Measurement;
import io.peeklock.benchmarks.study.SizeCost.Axis;
import io.peeklock.benchmarks.subject.Contestant;
import io.peeklock.benchmarks.subject.JmsSubject;
import io.peeklock.benchmarks.workload.Peer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs the programs of large amounts on small ones, so that they cannot rot; says nothing about speed.
 *
 * <p>Not thread safe.
 */
final class LargeAmountsSmokeIT {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(names = {"PEEKLOCK", "ARTEMIS_TUNED", "ACTIVEMQ"})
    void whatWasFilledIsDrained(Contestant contestant) throws Exception {
        LargeQueue.Load load = new LargeQueue.Load(300, 256, 3, 10);

        Map<String, Long> figures = new LinkedHashMap<>(LargeQueue.fill(peer(contestant), directory, load));
        figures.putAll(LargeQueue.drain(peer(contestant), directory, load, System.currentTimeMillis()));

        assertThat(figures).containsEntry("filled", 300L).containsEntry("drained", 300L);
        assertThat(LargeQueueStudy.MANY.takes(contestant)).isTrue();
        assertThat(LargeQueueStudy.MANY.progress(new ChildResult(figures))).contains("filled", "drained");
    }

    @Test
    void theJournalBelowALongQueueIsFilledAndLoaded() throws Exception {
        LargeQueue.Load load = new LargeQueue.Load(300, 256, 2, 10);

        Map<String, Long> figures = new LinkedHashMap<>(LargeJournal.fill(directory, load));
        figures.putAll(LargeJournal.load(directory, load, System.currentTimeMillis()));

        assertThat(LargeQueueStudy.MANY.takes(Contestant.RAW_JOURNAL)).isTrue();
        assertThat(LargeQueueStudy.MANY.progress(new ChildResult(figures)))
                .startsWith("filled")
                .contains("loaded in");
    }

    @Test
    void theSelectorFindsTheLastMessageAndTheNextOnes() throws Exception {
        Map<String, Long> figures = SelectorSearch.run(peer(Contestant.PEEKLOCK), directory);

        assertThat(figures.get("firstNanos")).isPositive();
        assertThat(figures.get("nextNanos")).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void everyAxisIsMeasured(Axis axis) throws Exception {
        Measurement measurement =
                SizeCost.run(axis, axis.sizes().get(0), directory, Duration.ZERO, Duration.ofMillis(300));

        assertThat(measurement.nanos()).isPositive();
    }

    private static Peer peer(Contestant contestant) {
        return ((JmsSubject) contestant.subject()).peer();
    }
}
