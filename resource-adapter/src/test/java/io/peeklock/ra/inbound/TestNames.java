/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import java.lang.reflect.Proxy;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.spi.InitialContextFactory;

/** The names that a server knows. Thread safe. */
public final class TestNames implements InitialContextFactory {

    private static final Map<String, Object> BOUND = new ConcurrentHashMap<>();

    /** From now on {@code new InitialContext()} leads here. */
    static void install() {
        System.setProperty(Context.INITIAL_CONTEXT_FACTORY, TestNames.class.getName());
    }

    static void uninstall() {
        System.clearProperty(Context.INITIAL_CONTEXT_FACTORY);
        BOUND.clear();
    }

    /** @param object an error is thrown to who looks it up */
    static void bind(String name, Object object) {
        BOUND.put(name, object);
    }

    @Override
    public Context getInitialContext(Hashtable<?, ?> environment) {
        return (Context) Proxy.newProxyInstance(
                TestNames.class.getClassLoader(), new Class<?>[] {Context.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("lookup")) {
                        return null;
                    }
                    Object found = BOUND.get(arguments[0].toString());
                    if (found == null) {
                        throw new NameNotFoundException(arguments[0] + " is not bound");
                    }
                    if (found instanceof Error failure) {
                        throw failure;
                    }
                    return found;
                });
    }
}
