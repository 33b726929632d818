/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import java.nio.file.Path;
import java.util.List;

/**
 * Which three places take part.
 *
 * <p>Immutable.
 */
enum XaWorld {
    /** Three databases: what the tests are tried on. */
    TABLES {
        @Override
        List<Place> open(Path directory) throws Exception {
            return List.of(
                    TablePlace.open(Role.ORDERS, directory),
                    TablePlace.open(Role.ROWS, directory),
                    TablePlace.open(Role.SHIPMENTS, directory));
        }
    },
    /** Each branch works in one partition. */
    ONE_PARTITION {
        @Override
        List<Place> open(Path directory) throws Exception {
            return List.of(
                    BusPlace.open(Role.ORDERS, directory, BusBook.queue(XaLedger.ORDERS, 0)),
                    TablePlace.open(Role.ROWS, directory),
                    BusPlace.open(Role.SHIPMENTS, directory, null, BusBook.topic("SHIPMENTS", 0)));
        }
    },
    /** Each branch works in one partition, which its first message chooses. */
    PARTITIONED {
        @Override
        List<Place> open(Path directory) throws Exception {
            return List.of(
                    BusPlace.open(Role.ORDERS, directory, BusBook.partitionedQueue(XaLedger.ORDERS)),
                    TablePlace.open(Role.ROWS, directory),
                    BusPlace.open(Role.SHIPMENTS, directory, null, BusBook.partitionedTopic("SHIPMENTS")));
        }
    },
    /** Each branch works in several partitions. */
    OVER_PARTITIONS {
        @Override
        List<Place> open(Path directory) throws Exception {
            return List.of(
                    BusPlace.open(
                            Role.ORDERS, directory, BusBook.queue(XaLedger.ORDERS, 1), BusBook.queue("RECEIPTS", 2)),
                    TablePlace.open(Role.ROWS, directory),
                    BusPlace.open(
                            Role.SHIPMENTS,
                            directory,
                            null,
                            BusBook.topic("SHIPMENTS", 0),
                            BusBook.partitionedQueue("COPIES")));
        }
    };

    /** Opens them, and makes what they need if this is the first time. */
    abstract List<Place> open(Path directory) throws Exception;
}
