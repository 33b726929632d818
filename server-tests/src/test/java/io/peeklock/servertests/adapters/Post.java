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

/** Sends {@code text} to a {@code queue}. */
public final class Post implements Task {

    @Override
    public String run(Map<String, String> parameters) {
        try (JMSContext context =
                Lookup.of(ConnectionFactory.class, "java:comp/env/jms/bus").createContext()) {
            context.createProducer().send(context.createQueue(parameters.get("queue")), parameters.get("text"));
        }
        return "sent";
    }
}
