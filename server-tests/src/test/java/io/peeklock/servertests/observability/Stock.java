/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.observability;

import io.peeklock.servertests.inside.Lookup;
import io.peeklock.servertests.inside.Task;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import java.util.Map;

/** Puts {@code count} messages into the queue stock, which nobody receives from. */
public final class Stock implements Task {

    @Override
    public String run(Map<String, String> parameters) {
        try (JMSContext context =
                Lookup.of(ConnectionFactory.class, "java:comp/env/jms/bus").createContext()) {
            for (int i = 0; i < Integer.parseInt(parameters.get("count")); i++) {
                context.createProducer().send(context.createQueue("stock"), "tea");
            }
        }
        return "sent";
    }
}
