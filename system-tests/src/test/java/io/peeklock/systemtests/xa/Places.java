/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import io.peeklock.systemtests.xa.FaultyResource.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.transaction.xa.XAResource;

/**
 * The three places of a worker, each behind resources that stop where it is wanted.
 *
 * <p>As {@link Place}.
 */
final class Places implements AutoCloseable {

    private final Map<Role, Place> places = new EnumMap<>(Role.class);
    private final Fault faultOfShipments;

    private Places(List<Place> all, Fault faultOfShipments) {
        this.faultOfShipments = faultOfShipments;
        all.forEach(place -> places.put(place.role(), place));
    }

    static Places open(XaWorld world, Path directory, Fault faultOfShipments) throws Exception {
        return new Places(world.open(Files.createDirectories(directory)), faultOfShipments);
    }

    void put(String order) throws Exception {
        XaEvent.say(XaEvent.Kind.PUTTING, order);
        places.get(Role.ORDERS).put(order);
        XaEvent.say(XaEvent.Kind.PUT, order);
    }

    /** What one thread works with; closed with its process. */
    Map<Role, OpenDesk> desks() throws Exception {
        Map<Role, OpenDesk> desks = new EnumMap<>(Role.class);
        for (Place place : places.values()) {
            Place.Desk desk = place.desk();
            desks.put(place.role(), new OpenDesk(desk, stopping(place.role(), place.storeName(), desk.resource())));
        }
        return desks;
    }

    /** Has all recovered until what is returned is closed. */
    AutoCloseable recoverBy(TransactionService service) throws Exception {
        List<AutoCloseable> registered = new ArrayList<>();
        for (Place place : places.values()) {
            String storeName = place.storeName();
            registered.add(place.recoverBy(service, resource -> stopping(place.role(), storeName, resource)));
        }
        return () -> {
            for (AutoCloseable each : registered) {
                each.close();
            }
        };
    }

    private StoppingResource stopping(Role role, String storeName, XAResource resource) {
        boolean faulty = role == Role.SHIPMENTS && faultOfShipments != Fault.NONE;
        return new StoppingResource(
                role, storeName, faulty ? new FaultyResource(faultOfShipments, resource) : resource);
    }

    List<String> leftovers() throws Exception {
        List<String> left = new ArrayList<>();
        for (Place place : places.values()) {
            left.addAll(place.leftovers());
        }
        return left;
    }

    /** Says what is in all books. */
    void report() throws Exception {
        for (Place place : places.values()) {
            sayFound(place.books());
        }
        for (String left : leftovers()) {
            XaEvent.say(XaEvent.Kind.LEFT, left);
        }
    }

    /** As {@link #report}, by taking everything out of the books. */
    void reportEmptying() throws Exception {
        for (Place place : places.values()) {
            sayFound(place.empty());
        }
    }

    private static void sayFound(Map<String, List<String>> books) {
        books.forEach((book, orders) -> XaEvent.say(XaEvent.Kind.FOUND, book, String.join(" ", orders)));
    }

    @Override
    public void close() throws Exception {
        for (Place place : places.values()) {
            place.close();
        }
    }

    /** A desk, and its resource as it is to be enlisted. */
    record OpenDesk(Place.Desk desk, StoppingResource resource) {}
}
