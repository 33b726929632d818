/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import io.peeklock.benchmarks.process.ChildProcess;
import io.peeklock.benchmarks.process.ChildResult;
import io.peeklock.benchmarks.report.Results;
import io.peeklock.benchmarks.report.Verdict;
import io.peeklock.benchmarks.subject.Contestant;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Something that is measured beside the workloads, by programs of its own, and has a section of its own in the results.
 *
 * <p>Immutable: what was measured is in {@link Results}.
 */
public interface Study {

    /** Short name, as on the command line. */
    String id();

    /** Whether it says something about this contestant. */
    boolean takes(Contestant contestant);

    /**
     * One round on one contestant, in fresh JVMs ({@link ChildProcess}) on an empty directory, which is deleted again.
     *
     * @param messages gets what the programs print, the reason of a failure before all
     * @return the figures; empty if it failed
     */
    Optional<ChildResult> measure(Contestant contestant, Path directory, PrintStream messages)
            throws IOException, InterruptedException;

    /** The figures of a round on one line, for who watches the run. */
    String progress(ChildResult figures);

    /**
     * Writes the section, from its heading (two #) to the empty line behind it.
     *
     * @param contestants those of the run that it takes, not empty
     */
    void write(Results results, List<Contestant> contestants, StringBuilder text);

    /** What was asked and what came out, for the table of all targets. */
    default List<Verdict> verdicts(Results results) {
        return List.of();
    }
}
