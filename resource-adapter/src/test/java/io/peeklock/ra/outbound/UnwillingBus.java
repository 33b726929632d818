/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import io.peeklock.ra.store.Bus;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.transaction.xa.XAResource;

/** A bus whose contexts are closed by their close, which then fails. Thread safe. */
final class UnwillingBus implements Bus {

    private final Bus bus;
    private final Throwable failure;

    /** What the contexts that this has given away are in truth. */
    private final Map<XAJMSContext, XAJMSContext> contexts = new ConcurrentHashMap<>();

    /** @param failure of each close, unchecked */
    UnwillingBus(Bus bus, Throwable failure) {
        this.bus = bus;
        this.failure = failure;
    }

    @Override
    public XAConnectionFactory connectionFactory(String url) throws JMSException {
        XAConnectionFactory factory = bus.connectionFactory(url);
        return (XAConnectionFactory) Proxy.newProxyInstance(
                UnwillingBus.class.getClassLoader(),
                new Class<?>[] {XAConnectionFactory.class},
                (proxy, method, arguments) -> unwilling((XAJMSContext) method.invoke(factory, arguments)));
    }

    private XAJMSContext unwilling(XAJMSContext context) {
        XAJMSContext unwilling = (XAJMSContext) Proxy.newProxyInstance(
                UnwillingBus.class.getClassLoader(),
                new Class<?>[] {XAJMSContext.class},
                (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "equals":
                            return proxy == arguments[0];
                        case "hashCode":
                            return System.identityHashCode(proxy);
                        case "close":
                            context.close();
                            throw failure;
                        default:
                            return method.invoke(context, arguments);
                    }
                });
        contexts.put(unwilling, context);
        return unwilling;
    }

    @Override
    public Session sessionOf(XAJMSContext context) {
        return bus.sessionOf(contexts.get(context));
    }

    @Override
    public String resourceManager(String url, String userName, String password) throws JMSException {
        return bus.resourceManager(url, userName, password);
    }

    @Override
    public XAResource recoveryResource(String url, String userName, String password) throws JMSException {
        return bus.recoveryResource(url, userName, password);
    }
}
