/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.nio.file.Path;

/**
 * A process with the node id of {@link KilledTransaction} and a log of its own, which opens the same store and database, scans three
 * times, and says how many branches are in doubt then, in the store and in the database, and what its check finds.
 *
 * <p>Run by tests as a JVM of its own.
 */
public final class AnotherManager {

    private AnotherManager() {}

    /** The program: the object store, the data, and whether people have decided that this log counts. */
    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[1]);
        Database database = new Database(data);
        try (Bus bus = new Bus(RecoveryCrashTest.store(data))) {
            PeeklockTransactions.Builder builder =
                    RecoveryCrashTest.builder(Path.of(arguments[0]), data, bus, database);
            if (Boolean.parseBoolean(arguments[2])) {
                builder.acceptingNewLog();
            }
            try (PeeklockTransactions transactions = builder.start()) {
                for (int scan = 0; scan < 3; scan++) {
                    transactions.recoverNow();
                }
                System.out.println(bus.inDoubt() + " " + database.inDoubt());
                System.out.println(transactions.check());
            } catch (IllegalStateException e) {
                System.out.println(bus.inDoubt() + " " + database.inDoubt());
                System.out.println("Refused: " + e.getMessage());
            }
        }
    }
}
