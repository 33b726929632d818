/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * What the server has under the names that a deployer has written.
 *
 * <p>Has no state; for the thread that may have the application's names, else the names of the whole server alone are found.
 */
final class JndiNames {

    private JndiNames() {}

    /** @throws NamingException if there is nothing of that name */
    @SuppressWarnings("BanJNDI") // The names are those of a deployment, never of a message.
    static @Nullable Object lookUp(String name) throws NamingException {
        return InitialContext.doLookup(name);
    }

    /** For errors. */
    static String kindOf(@Nullable Object found) {
        return found == null ? "nothing" : "a " + found.getClass().getName();
    }
}
