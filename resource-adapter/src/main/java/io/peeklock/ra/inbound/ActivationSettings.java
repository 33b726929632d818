/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an activation's properties say, checked.
 *
 * <p>Immutable.
 *
 * @param source what is received
 * @param address where the bus is
 * @param maxSessions how many endpoints work at once
 * @param deactivationTimeout how long its end waits for them
 */
record ActivationSettings(
        Source source,
        Address address,
        int maxSessions,
        Redelivery redelivery,
        Reconnecting reconnecting,
        Duration deactivationTimeout) {

    /**
     * @param lookup the JNDI name of the destination, null if it is named
     * @param name null if it is looked up
     * @param topic whether it is a topic, null if the lookup says
     * @param subscription a subscription's name, null if it has none
     */
    record Source(
            @Nullable String lookup,
            @Nullable String name,
            @Nullable Boolean topic,
            @Nullable String selector,
            @Nullable String subscription,
            boolean durable,
            boolean shared,
            @Nullable String clientId) {}

    /** What is null the factory says, and if there is none the adapter. */
    record Address(
            @Nullable String factoryLookup,
            @Nullable String url,
            @Nullable String userName,
            @Nullable String password) {

        @Override
        public String toString() {
            return "address of user " + userName;
        }
    }

    /**
     * @param attempts further ones after a failure, -1 for any number
     * @param failsActivation whether the first failure is told to the server
     */
    record Reconnecting(int attempts, Duration interval, Duration maxInterval, boolean failsActivation) {

        /** How long to wait after so many failures, 1 or more. */
        Duration intervalAfter(int failures) {
            return Growing.delay(interval, 2, maxInterval, failures);
        }

        boolean isOver(int failures) {
            return attempts >= 0 && failures > attempts;
        }
    }
}
