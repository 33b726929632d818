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
import java.util.Collections;
import java.util.Map;

/** How often {@code name} is in the database, and how many messages can be browsed in the queues of that name. */
public final class Outcome implements Task {

    @Override
    public String run(Map<String, String> parameters) throws Exception {
        String name = parameters.get("name");
        return "rows " + Lookup.of(Ledger.class, "java:module/Ledger").count(name)
                + ", in " + messages(name + "-in")
                + ", out " + messages(name + "-out");
    }

    private static int messages(String queue) throws Exception {
        try (JMSContext context = Lookup.of(ConnectionFactory.class, "java:comp/env/jms/bus")
                        .createContext();
                var browser = context.createBrowser(context.createQueue(queue))) {
            return Collections.list(browser.getEnumeration()).size();
        }
    }
}
