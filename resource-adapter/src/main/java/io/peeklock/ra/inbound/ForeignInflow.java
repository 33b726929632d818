/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import io.peeklock.jms.Inflow;
import io.peeklock.jms.InflowConnection;
import io.peeklock.jms.InflowSession;
import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * The inflow of a connection that another adapter of this JVM has made, in a class loader of its own: calls go over by name, and all
 * that they carry is of the JDK and Jakarta Messaging.
 *
 * <p>Immutable, thread safe as what it leads to.
 */
final class ForeignInflow implements InvocationHandler {

    private final Object target;
    private final Class<?> theirs;

    private ForeignInflow(Object target, Class<?> theirs) {
        this.target = target;
        this.theirs = theirs;
    }

    /**
     * The connection, whose ever it is.
     *
     * @throws JMSException if it has no inflow
     */
    static InflowConnection of(XAConnection connection) throws JMSException {
        if (connection instanceof InflowConnection own) {
            return own;
        }
        Class<?> theirs = interfaceOf(connection.getClass(), InflowConnection.class.getName());
        if (theirs == null) {
            throw new JMSException(
                    "the store is open in another adapter of this JVM, of a version whose connections have no"
                            + " message inflow: " + connection.getClass().getName());
        }
        return proxy(InflowConnection.class, new ForeignInflow(connection, theirs));
    }

    private static @Nullable Class<?> interfaceOf(@Nullable Class<?> type, String name) {
        if (type == null || type.getName().equals(name)) {
            return type;
        }
        for (Class<?> each : type.getInterfaces()) {
            Class<?> found = interfaceOf(each, name);
            if (found != null) {
                return found;
            }
        }
        return interfaceOf(type.getSuperclass(), name);
    }

    private static <T> T proxy(Class<T> ours, ForeignInflow calls) {
        return ours.cast(Proxy.newProxyInstance(ForeignInflow.class.getClassLoader(), new Class<?>[] {ours}, calls));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method ours, Object @Nullable [] arguments) throws Throwable {
        if (ours.getDeclaringClass() == Object.class) {
            return onObject(proxy, ours, arguments);
        }
        Object result;
        try {
            Method method = theirs.getMethod(ours.getName(), ours.getParameterTypes());
            result = method.invoke(target, arguments);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("the store is open in another adapter of this JVM, of another version", e);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
        Class<?> type = ours.getReturnType();
        if (result == null || (type != Inflow.class && type != InflowSession.class)) {
            return result;
        }
        Class<?> foreign = interfaceOf(result.getClass(), type.getName());
        return foreign == null ? result : proxy(type, new ForeignInflow(result, foreign));
    }

    private @Nullable Object onObject(Object proxy, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> target.toString();
        };
    }
}
