/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.benchmarks.study.Study;
import io.peeklock.benchmarks.subject.Contestant;
import io.peeklock.benchmarks.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionsTest {

    @Test
    void aWholeRunReplacesTheResultsThatAreKept() {
        assertThat(Options.parse(List.of()).outputFile()).isEqualTo(Path.of("RESULTS.md"));
    }

    @ParameterizedTest
    @CsvSource({"--workloads,W1", "--peers,disk", "--rounds,1", "--seconds,1", "--jvm,-Xint"})
    void aPartOfARunDoesNot(String name, String value) {
        assertThat(Options.parse(List.of(name, value)).outputFile()).isEqualTo(Path.of("target", "RESULTS.md"));
    }

    @Test
    void aQuickRunIsOneShortRound() {
        Options options = Options.parse(List.of("--quick", "--workloads", "W1,w5", "--peers", "peeklock,raw-journal"));

        assertThat(options.rounds()).isEqualTo(1);
        assertThat(options.measure()).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.workloads()).extracting(Workload::id).containsExactly("W1", "W5");
        assertThat(options.contestants()).containsExactly(Contestant.PEEKLOCK, Contestant.RAW_JOURNAL);
    }

    /** The JIT comes to transactions and partitions late. */
    @ParameterizedTest
    @CsvSource({"W1,5", "W2,5", "W3-P,15", "W4-1,15", "W5,5", "W6-A,5", "W6-T,15", "W8-1,5", "W9-8,15"})
    void whereMuchCodeIsRunSeldomTheWarmUpIsLonger(String workload, long seconds) {
        Options options = Options.parse(List.of("--warm-up", "5", "--workloads", workload));

        assertThat(options.warmUp(options.workloads().get(0))).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void aFamilysNameStandsForItsWorkloadsAndAStudysForItself() {
        Options options = Options.parse(List.of("--workloads", "W1,w4,start"));

        assertThat(options.workloads()).extracting(Workload::id).containsExactly("W1", "W4-1", "W4-8");
        assertThat(options.studies()).extracting(Study::id).containsExactly("start");
    }

    @ParameterizedTest
    @CsvSource({
        "--workloads,W99,unknown workload W99",
        "--peers,rabbit,unknown peer rabbit",
        "--rounds,0,--rounds is at least 1",
        "--rounds,many,--rounds takes a number",
        "--fast,1,unknown option --fast"
    })
    void aMistakeIsNamed(String name, String value, String message) {
        assertThatThrownBy(() -> Options.parse(List.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void aMissingValueIsNamed() {
        assertThatThrownBy(() -> Options.parse(List.of("--rounds")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--rounds");
    }
}
