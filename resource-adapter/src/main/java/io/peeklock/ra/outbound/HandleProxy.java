/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import io.peeklock.ra.outbound.Restrictions.Kind;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What an application has of a session, a context, or of what these make: calls go to the bus as long as the connection is the
 * application's, but for those it must not make.
 *
 * <p>As thread safe as what it stands for; {@link #close()} from any thread.
 *
 * <p>A session or context is the managed connection's and is not closed, but all that was made by this handle of it.
 */
final class HandleProxy implements InvocationHandler {

    private static final int DUPS_OK = Session.DUPS_OK_ACKNOWLEDGE;

    private final Object target;
    private final ConnectionHandle connection;
    private final Kind kind;
    private final int mode;
    private final Runnable whenClosed;
    private final Set<HandleProxy> made = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param mode what the application has asked for, of which only DUPS_OK_ACKNOWLEDGE is heard (section 12.3)
     * @param whenClosed told when the application has closed it
     */
    HandleProxy(Object target, ConnectionHandle connection, Kind kind, int mode, Runnable whenClosed) {
        this.target = target;
        this.connection = connection;
        this.kind = kind;
        this.mode = mode;
        this.whenClosed = whenClosed;
    }

    /** The object that the application gets: all that the target is to applications. */
    Object proxy() {
        Set<Class<?>> types = new LinkedHashSet<>();
        for (Class<?> type = target.getClass(); type != null; type = type.getSuperclass()) {
            collect(type, types);
        }
        return Proxy.newProxyInstance(HandleProxy.class.getClassLoader(), types.toArray(Class<?>[]::new), this);
    }

    /** A bus that another adapter has opened has types of its own, which are not known here. */
    private static void collect(Class<?> type, Set<Class<?>> types) {
        for (Class<?> each : type.getInterfaces()) {
            boolean isJakarta = each.getName().startsWith("jakarta.jms.");
            boolean isOwn = each.getClassLoader() == HandleProxy.class.getClassLoader();
            if (java.lang.reflect.Modifier.isPublic(each.getModifiers())
                    && (isJakarta ? !each.getSimpleName().startsWith("XA") : isOwn)) {
                types.add(each);
            }
            collect(each, types);
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return ofAnyObject(proxy, method, arguments);
        }
        if (method.getName().equals("close") && method.getParameterCount() == 0) {
            close();
            return null;
        }
        requireOpen(method);
        String refusal = Restrictions.refusal(method, arguments, kind);
        if (refusal != null) {
            throw illegalState(method, refusal);
        }
        associate(method);
        try {
            return handle(proxy, method, method.invoke(target, translated(method, arguments)));
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            connection.failed(cause);
            throw cause;
        }
    }

    private void associate(Method method) throws JMSException {
        try {
            connection.associate();
        } catch (JMSException e) {
            throw asDeclared(method, e);
        }
    }

    private Object @Nullable [] translated(Method method, Object @Nullable [] arguments) throws JMSException {
        try {
            return arguments == null ? null : connection.destinations().translated(arguments);
        } catch (JMSException e) {
            throw asDeclared(method, e);
        }
    }

    private static JMSRuntimeException asDeclared(Method method, JMSException e) throws JMSException {
        if (declares(method)) {
            throw e;
        }
        throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
    }

    private Object ofAnyObject(Object proxy, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "a server's handle of " + target;
        };
    }

    private @Nullable Object handle(Object proxy, Method method, @Nullable Object result) {
        if (result == target) {
            return proxy;
        }
        if (result instanceof Session
                || result instanceof MessageConsumer
                || result instanceof MessageProducer
                || result instanceof QueueBrowser
                || result instanceof JMSConsumer) {
            return made(result);
        }
        if (result instanceof JMSProducer) {
            // Made for each message by many, and never closed: not to be remembered.
            return new HandleProxy(result, connection, kind, mode, () -> {}).proxy();
        }
        if (result instanceof TemporaryQueue || result instanceof TemporaryTopic) {
            connection.remember(result);
        }
        String name = method.getName();
        if (name.equals("getExceptionListener")) {
            // The adapter's own.
            return null;
        }
        boolean isMode = name.equals("getAcknowledgeMode") || name.equals("getSessionMode");
        return isMode
                        && mode == DUPS_OK
                        && Integer.valueOf(Session.AUTO_ACKNOWLEDGE).equals(result)
                ? DUPS_OK
                : result;
    }

    private Object made(Object result) {
        HandleProxy[] handle = new HandleProxy[1];
        handle[0] = new HandleProxy(result, connection, kind, mode, () -> made.remove(handle[0]));
        made.add(handle[0]);
        return handle[0].proxy();
    }

    private void requireOpen(Method method) throws JMSException {
        String why = connection.whyInvalid();
        if (why != null || closed) {
            throw illegalState(method, why == null ? "it is closed" : why);
        }
    }

    private static RuntimeException illegalState(Method method, String why) throws JMSException {
        if (declares(method)) {
            throw new IllegalStateException(why);
        }
        throw new IllegalStateRuntimeException(why);
    }

    private static boolean declares(Method method) {
        return Arrays.asList(method.getExceptionTypes()).contains(JMSException.class);
    }

    /** Closes what was made by this handle, and the target if it is the application's. Idempotent. */
    void close() throws JMSException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            closeMade();
        } finally {
            whenClosed.run();
        }
    }

    private void closeMade() throws JMSException {
        JMSException failure = null;
        for (HandleProxy each : made) {
            try {
                each.close();
            } catch (JMSException e) {
                failure = e;
            }
        }
        made.clear();
        boolean isOfTheConnection = target instanceof Session || target instanceof JMSContext;
        if (!isOfTheConnection && target instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (JMSException e) {
                throw e;
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new UndeclaredThrowableException(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
