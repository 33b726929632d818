/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.process;

import io.peeklock.benchmarks.subject.Contestant;
import io.peeklock.benchmarks.subject.Subject;
import io.peeklock.benchmarks.workload.Worker;
import io.peeklock.benchmarks.workload.Workload;
import io.peeklock.benchmarks.workload.Workloads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The child process of one round of one workload on one contestant.
 *
 * <p>Runs on the main thread; a watchdog ends the process should it hang.
 */
public final class Trial {

    private Trial() {}

    /** Arguments: contestant, workload, empty directory, milliseconds of warm-up and of measuring. */
    public static void main(String[] args) {
        Duration warmUp = Duration.ofMillis(Long.parseLong(args[3]));
        Duration measure = Duration.ofMillis(Long.parseLong(args[4]));
        Child.run(
                warmUp.plus(measure),
                () -> run(Contestant.named(args[0]), Workloads.named(args[1]), Path.of(args[2]), warmUp, measure)
                        .toFields());
    }

    static Measurement run(Contestant contestant, Workload workload, Path directory, Duration warmUp, Duration measure)
            throws Exception {
        try (Subject subject = contestant.subject()) {
            List<Worker> workers = subject.open(workload, directory);
            Measurement measurement = new Load(workers).run(warmUp, measure);
            for (Worker worker : workers) {
                worker.close();
            }
            return measurement;
        }
    }
}
