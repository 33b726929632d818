/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import io.peeklock.systemtests.JavaProcess;
import io.peeklock.systemtests.xa.FaultyResource.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a worker is started for, as it is handed to its process.
 *
 * <p>Immutable.
 *
 * @param name begins the names of the orders it puts in
 * @param recoveryStop the point at which it halts while it recovers, if at any
 * @param plans out of {@link Plan#ALL}, for the tasks that stop transactions
 * @param seed for the task that runs random ones
 */
record XaErrand(
        Path directory,
        XaWorld world,
        Fault faultOfShipments,
        String name,
        @Nullable String recoveryStop,
        Task task,
        List<Plan> plans,
        long seed) {

    private static final String NONE = "-";

    /** What it does when it has recovered. */
    enum Task {
        /** Stops the transactions of all its plans, and halts when all are where they are to stop. */
        STOP_TOGETHER,
        /** Halts in the transaction of its one plan. */
        HALT,
        /** Runs transactions until it is killed. */
        RUN,
        /** Empties all books. */
        END
    }

    static XaErrand parse(String[] args) {
        return new XaErrand(
                Path.of(args[0]),
                XaWorld.valueOf(args[1]),
                Fault.valueOf(args[2]),
                args[3],
                args[4].equals(NONE) ? null : args[4],
                Task.valueOf(args[5]),
                Stream.of(args[6].split(","))
                        .filter(number -> !number.equals(NONE))
                        .map(number -> Plan.ALL.get(Integer.parseInt(number)))
                        .toList(),
                Long.parseLong(args[7]));
    }

    JavaProcess start() throws IOException {
        String numbers = plans.stream()
                .map(plan -> Integer.toString(Plan.ALL.indexOf(plan)))
                .collect(Collectors.joining(","));
        return JavaProcess.start(
                XaWorker.class,
                directory.toString(),
                world.name(),
                faultOfShipments.name(),
                name,
                recoveryStop == null ? NONE : recoveryStop,
                task.name(),
                numbers.isEmpty() ? NONE : numbers,
                Long.toString(seed));
    }

    @Override
    public String toString() {
        return task + " of " + name + (recoveryStop == null ? "" : ", halting its recovery at " + recoveryStop)
                + (plans.size() == 1 ? ", " + plans : "");
    }

    Path log() {
        return directory.resolve("log");
    }

    Places openPlaces() throws Exception {
        return Places.open(world, directory, faultOfShipments);
    }
}
