/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.recovery;

import io.peeklock.servertests.database.StopPoint;
import io.peeklock.servertests.inside.Ledger;
import io.peeklock.servertests.inside.Lookup;
import io.peeklock.servertests.inside.Task;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.transaction.UserTransaction;
import java.nio.file.Path;
import java.util.Map;

/**
 * In one transaction receives a text from queue {@code NAME-in}, writes it into the database and sends it to {@code NAME-out}.
 *
 * <p>With {@code stop} and {@code reached} it stops at a {@link StopPoint} for good. The database is the last to prepare, or, with
 * {@code first=database}, the first to commit.
 */
public final class Transfer implements Task {

    @Override
    public String run(Map<String, String> parameters) throws Exception {
        String name = parameters.get("name");
        boolean databaseFirst = "database".equals(parameters.get("first"));
        if (parameters.containsKey("stop")) {
            StopPoint.valueOf(parameters.get("stop")).stopHere(Path.of(parameters.get("reached")));
        }
        Ledger ledger = Lookup.of(Ledger.class, "java:module/Ledger");
        UserTransaction transaction = Lookup.of(UserTransaction.class, "java:comp/UserTransaction");
        transaction.begin();
        if (databaseFirst) {
            // Before the context, which takes part in the transaction from when it is made, on Open Liberty.
            ledger.write(name);
        }
        try (JMSContext context =
                Lookup.of(ConnectionFactory.class, "java:comp/env/jms/bus").createContext()) {
            String text =
                    context.createConsumer(context.createQueue(name + "-in")).receiveBody(String.class, 10_000);
            if (text == null) {
                transaction.rollback();
                return "nothing";
            }
            context.createProducer().send(context.createQueue(name + "-out"), text);
            if (!databaseFirst) {
                ledger.write(name);
            }
        }
        transaction.commit();
        return "done";
    }
}
