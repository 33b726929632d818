/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.redeployment;

import io.peeklock.servertests.inside.Task;
import java.util.Map;
import java.util.stream.Collectors;

/** The names of the bus's threads in this process. */
public final class BusThreads implements Task {

    @Override
    public String run(Map<String, String> parameters) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.toLowerCase(java.util.Locale.ROOT).contains("peeklock"))
                .sorted()
                .collect(Collectors.joining("\n"));
    }
}
