/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.observability;

import io.peeklock.servertests.inside.Lookup;
import io.peeklock.servertests.inside.Task;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import java.util.Map;

/** What comes next from the queue arrived: its text, and the context that it carries. */
public final class Arrived implements Task {

    @Override
    public String run(Map<String, String> parameters) throws Exception {
        try (JMSContext context =
                Lookup.of(ConnectionFactory.class, "java:comp/env/jms/bus").createContext()) {
            Message message =
                    context.createConsumer(context.createQueue("arrived")).receive(60_000);
            return message == null
                    ? "nothing"
                    : message.getBody(String.class) + " " + message.getStringProperty("traceparent");
        }
    }
}
