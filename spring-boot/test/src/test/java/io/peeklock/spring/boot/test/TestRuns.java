/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.EventType;

/** Test classes that tests run. Stateless. */
final class TestRuns {

    private TestRuns() {}

    /** Runs them one after the other, and tells what failed, classes and tests. */
    static List<Throwable> failures(Class<?>... tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(Arrays.stream(tests)
                        .map(test -> (DiscoverySelector) selectClass(test))
                        .toArray(DiscoverySelector[]::new))
                .execute()
                .allEvents()
                .filter(event -> event.getType() == EventType.FINISHED)
                .map(TestRuns::result)
                .flatMap(result -> result.getThrowable().stream())
                .toList();
    }

    private static TestExecutionResult result(Event finished) {
        return finished.getRequiredPayload(TestExecutionResult.class);
    }
}
