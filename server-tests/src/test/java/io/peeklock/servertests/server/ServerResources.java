/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import jakarta.jms.Queue;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What an administrator has set up in each server, before there is any application. Has no state; any thread. */
public final class ServerResources {

    /** The name under which the adapter is deployed. */
    public static final String ADAPTER = "peeklock";

    /** The data source: H2, in two phases, with points at which to stop. */
    public static final String DATABASE = "jdbc/database";

    /** The destinations that applications look up. */
    public static final List<Destination> DESTINATIONS = Stream.concat(
                    Stream.of(
                                    "orders",
                                    "bookings",
                                    "colours",
                                    "harvest",
                                    "poison",
                                    "refused",
                                    "requests",
                                    "transfers",
                                    "trips")
                            .map(name -> new Destination(Queue.class, name)),
                    Stream.of("prices", "rates").map(name -> new Destination(Topic.class, name)))
            .toList();

    /**
     * A destination, bound at {@code jms/} and its name.
     *
     * @param name the name in the bus
     */
    public record Destination(Class<?> type, String name) {

        public String jndiName() {
            return "jms/" + name;
        }
    }

    private ServerResources() {}

    /** The name of an adapter's connection factory, which is that of its pool too. */
    public static String connectionFactory(String adapter) {
        return adapter.equals(ADAPTER) ? "jms/bus" : "jms/" + adapter;
    }

    /** The URL of the bus of {@link #ADAPTER}. */
    static String busUrl(ServerSettings settings) {
        return "peeklock:file:" + settings.work().resolve("bus") + "?configFile=" + entities();
    }

    /**
     * The URL of the database, which has on disk what it has answered: H2 takes half a second to that otherwise. And it keeps that: H2
     * 2.5.252 loses the last of what it has committed or prepared if its process is killed after it has begun to write over space in its
     * file that was free, 45 seconds after it was.
     */
    static String databaseUrl(ServerSettings settings) {
        return "jdbc:h2:file:" + settings.work().resolve("database")
                + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;REUSE_SPACE=FALSE";
    }

    private static Path entities() {
        return Path.of("src/test/resources/entities.json").toAbsolutePath();
    }
}
