/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.inside;

import javax.naming.InitialContext;
import javax.naming.NamingException;

/** Finds things in the server's naming service. Runs in the server; has no state; any thread. */
public final class Lookup {

    private Lookup() {}

    /** What has the name, in the sight of the component that calls. */
    @SuppressWarnings("BanJNDI") // the names are these tests'
    public static <T> T of(Class<T> type, String name) {
        try {
            return type.cast(new InitialContext().lookup(name));
        } catch (NamingException e) {
            throw new IllegalStateException("nothing is called " + name, e);
        }
    }
}
