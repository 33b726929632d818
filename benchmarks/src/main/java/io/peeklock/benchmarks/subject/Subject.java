/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.subject;

import io.peeklock.benchmarks.workload.Worker;
import io.peeklock.benchmarks.workload.Workload;
import java.nio.file.Path;
import java.util.List;

/**
 * Something that a workload can be run on.
 *
 * <p>Not thread safe; the workers it gives are one a thread.
 */
public interface Subject extends AutoCloseable {

    /** Whether this workload says something about the subject. */
    default boolean takes(Workload workload) {
        return true;
    }

    /** Starts on an empty directory and gives the workers. Called once. */
    List<Worker> open(Workload workload, Path directory) throws Exception;

    /** Called after the workers were closed. */
    @Override
    void close() throws Exception;
}
