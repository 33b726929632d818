/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One part of Peeklock's health, whatever the version of Spring Boot calls that.
 *
 * <p>Thread safe, and quick: it waits for nothing.
 */
@FunctionalInterface
public interface HealthCheck {

    /**
     * Looks how it is.
     *
     * @param details gets what there is to say
     * @return whether all is well
     */
    boolean check(Map<String, Object> details);

    /**
     * What several say together.
     *
     * @param up whether all of them are well
     */
    record Outcome(boolean up, Map<String, Object> details) {

        public static Outcome of(List<HealthCheck> checks) {
            Map<String, Object> details = new LinkedHashMap<>();
            boolean up = true;
            for (HealthCheck check : checks) {
                up &= check.check(details);
            }
            return new Outcome(up, details);
        }
    }
}
