/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.adapters;

import io.peeklock.servertests.inside.Lookup;
import io.peeklock.servertests.inside.Task;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import java.util.Map;

/** The text that comes next from the queue forwarded, or null. */
public final class Collect implements Task {

    @Override
    public String run(Map<String, String> parameters) {
        try (JMSContext context =
                Lookup.of(ConnectionFactory.class, "java:comp/env/jms/bus").createContext()) {
            return context.createConsumer(context.createQueue("forwarded")).receiveBody(String.class, 60_000);
        }
    }
}
