/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.recovery;

import io.peeklock.servertests.inside.Ledger;
import io.peeklock.servertests.inside.Lookup;
import io.peeklock.servertests.inside.Task;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import java.util.Map;

/** Makes the table, and sends {@code name} to {@code queue}, with the parameters as properties. */
public final class Preparation implements Task {

    @Override
    public String run(Map<String, String> parameters) throws Exception {
        Lookup.of(Ledger.class, "java:module/Ledger").create();
        try (JMSContext context =
                Lookup.of(ConnectionFactory.class, "java:comp/env/jms/bus").createContext()) {
            var producer = context.createProducer();
            parameters.forEach(producer::setProperty);
            producer.send(context.createQueue(parameters.get("queue")), parameters.get("name"));
        }
        return "sent";
    }
}
