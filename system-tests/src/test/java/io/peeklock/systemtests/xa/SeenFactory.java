/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XASession;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;
import javax.transaction.xa.XAResource;

/**
 * A connection factory whose sessions' resources are wrapped, for recovery: it makes its own sessions.
 *
 * <p>Has no state; any thread.
 */
final class SeenFactory {

    private SeenFactory() {}

    static XAConnectionFactory of(XAConnectionFactory factory, UnaryOperator<XAResource> seen) {
        return proxy(XAConnectionFactory.class, factory, seen);
    }

    private static <T> T proxy(Class<T> type, Object target, UnaryOperator<XAResource> seen) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            try {
                Object result = method.invoke(target, args);
                // The session in an XASession may be one itself; it stays what it is.
                return method.getName().equals("getSession") ? result : wrapped(result, seen);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private static Object wrapped(Object result, UnaryOperator<XAResource> seen) {
        if (result instanceof XAConnection) {
            return proxy(XAConnection.class, result, seen);
        }
        if (result instanceof XASession) {
            return proxy(XASession.class, result, seen);
        }
        return result instanceof XAResource resource ? seen.apply(resource) : result;
    }
}
