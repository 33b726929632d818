/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import io.peeklock.ra.inbound.ActivationSettings.Address;
import io.peeklock.ra.outbound.ConnectionFactoryHandle;
import io.peeklock.ra.outbound.PeeklockManagedConnectionFactory;
import io.peeklock.ra.store.BusAdapter;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.InvalidPropertyException;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * Where the bus of one activation is, and who connects: as it says, else its connection factory, else the adapter.
 *
 * <p>For one thread at a time; a factory is looked up once.
 */
final class BusAddress {

    private final Address address;
    private final BusAdapter adapter;
    private @Nullable Login login;

    BusAddress(Address address, BusAdapter adapter) {
        this.address = address;
        this.adapter = adapter;
    }

    /** Equal for one store and user. */
    record Login(
            String url, @Nullable String userName, @Nullable String password) {
        @Override
        public String toString() {
            return userName == null ? "nobody in particular" : "user " + userName;
        }
    }

    Login login() throws NamingException, ResourceException {
        Login known = login;
        if (known == null) {
            known = find();
            login = known;
        }
        return known;
    }

    private Login find() throws NamingException, ResourceException {
        PeeklockManagedConnectionFactory factory = factory();
        String url = first(address.url(), factory == null ? null : factory.getUrl(), adapter.getUrl());
        if (url == null) {
            throw new InvalidPropertyException(
                    "neither the activation nor the resource adapter says where the bus is: set url");
        }
        if (address.userName() != null) {
            return new Login(url, address.userName(), address.password());
        }
        if (factory != null && factory.getUserName() != null) {
            return new Login(url, factory.getUserName(), factory.getPassword());
        }
        return new Login(url, adapter.getUserName(), adapter.getPassword());
    }

    private @Nullable PeeklockManagedConnectionFactory factory() throws NamingException, ResourceException {
        String lookup = address.factoryLookup();
        if (lookup == null) {
            return null;
        }
        Object found = JndiNames.lookUp(lookup);
        if (found instanceof ConnectionFactoryHandle handle) {
            return handle.managedConnectionFactory();
        }
        boolean isOfAnother =
                found != null && found.getClass().getName().equals(ConnectionFactoryHandle.class.getName());
        throw new ResourceException("connectionFactoryLookup " + lookup
                + " is no connection factory of this adapter but "
                + (isOfAnother ? "one of another adapter" : JndiNames.kindOf(found)));
    }

    private static @Nullable String first(@Nullable String... values) {
        for (String value : values) {
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
