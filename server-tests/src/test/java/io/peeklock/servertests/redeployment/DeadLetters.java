/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.redeployment;

import io.peeklock.servertests.inside.Lookup;
import io.peeklock.servertests.inside.Task;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import java.util.Collections;
import java.util.Map;

/** How many messages are in {@code queue} and its dead-letter queue. */
public final class DeadLetters implements Task {

    @Override
    public String run(Map<String, String> parameters) throws Exception {
        String queue = parameters.get("queue");
        return messages(queue) + " and " + messages(queue + "/$deadletterqueue");
    }

    private static int messages(String queue) throws Exception {
        try (JMSContext context = Lookup.of(ConnectionFactory.class, "java:comp/env/jms/bus")
                        .createContext();
                var browser = context.createBrowser(context.createQueue(queue))) {
            return Collections.list(browser.getEnumeration()).size();
        }
    }
}
