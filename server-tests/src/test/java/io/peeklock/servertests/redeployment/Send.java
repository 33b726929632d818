/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.redeployment;

import io.peeklock.servertests.inside.Ledger;
import io.peeklock.servertests.inside.Lookup;
import io.peeklock.servertests.inside.Task;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import java.util.Map;

/** Makes the table, and sends {@code count} texts that begin with {@code prefix} to the {@code destination}. */
public final class Send implements Task {

    @Override
    public String run(Map<String, String> parameters) throws Exception {
        Lookup.of(Ledger.class, "java:module/Ledger").create();
        Destination destination = Lookup.of(Destination.class, "java:comp/env/jms/" + parameters.get("destination"));
        try (JMSContext context =
                Lookup.of(ConnectionFactory.class, "java:comp/env/jms/bus").createContext()) {
            for (int i = 0; i < Integer.parseInt(parameters.get("count")); i++) {
                context.createProducer().send(destination, parameters.get("prefix") + i);
            }
        }
        return "sent";
    }
}
