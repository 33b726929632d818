/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.benchmarks.process.ChildResult;
import io.peeklock.benchmarks.report.Results;
import io.peeklock.benchmarks.subject.Contestant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeptFiguresTest {

    private static final String CONDITIONS = "code 1234567, 2 cores";

    @TempDir
    private Path directory;

    @Test
    void whatWasMeasuredIsThereWhenTheRunGoesOn() throws Exception {
        KeptFigures.open(file(), CONDITIONS, new Results()).add("W1", Contestant.DISK, 2, figures(7));

        Results results = new Results();
        KeptFigures.open(file(), CONDITIONS, results).add("W1", Contestant.DISK, 3, figures(9));

        assertThat(results.has("W1", Contestant.DISK, 1)).isFalse();
        assertThat(results.has("W1", Contestant.DISK, 2)).isTrue();
        Results all = new Results();
        KeptFigures.open(file(), CONDITIONS, all);
        assertThat(all.figure("W11", Contestant.DISK, figures -> 1)).isEmpty();
        assertThat(all.has("W1", Contestant.DISK, 3)).isTrue();
        assertThat(all.has("W1", Contestant.PEEKLOCK, 3)).isFalse();
    }

    @Test
    void figuresComeBackAsTheyWere() throws Exception {
        KeptFigures.open(file(), CONDITIONS, new Results()).add("W11", Contestant.PEEKLOCK, 1, figures(-1));

        Results results = new Results();
        KeptFigures.open(file(), CONDITIONS, results);

        assertThat(results.figure("W11", Contestant.PEEKLOCK, figures -> figures.get("first"))
                        .orElseThrow()
                        .median())
                .isEqualTo(-1);
    }

    @Test
    void aLineThatWasCutOffIsMeasuredAgain() throws Exception {
        KeptFigures.open(file(), CONDITIONS, new Results()).add("W1", Contestant.DISK, 1, figures(7));
        Files.writeString(file(), "W1\tdisk\t2\tRESULT firs", StandardOpenOption.APPEND);

        Results results = new Results();
        KeptFigures.open(file(), CONDITIONS, results).add("W1", Contestant.DISK, 2, figures(8));

        assertThat(results.has("W1", Contestant.DISK, 2)).isFalse();
        Results all = new Results();
        KeptFigures.open(file(), CONDITIONS, all);
        assertThat(all.has("W1", Contestant.DISK, 1)).isTrue();
        assertThat(all.has("W1", Contestant.DISK, 2)).isTrue();
    }

    @Test
    void figuresOfOtherCodeAreNotMixed() throws Exception {
        KeptFigures.open(file(), CONDITIONS, new Results());

        assertThatThrownBy(() -> KeptFigures.open(file(), "code 7654321, 2 cores", new Results()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("code 1234567")
                .hasMessageContaining("code 7654321");
    }

    private Path file() {
        return directory.resolve("figures");
    }

    private static ChildResult figures(long first) {
        return new ChildResult(Map.of("first", first));
    }
}
