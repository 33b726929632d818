/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra;

import io.peeklock.ra.inbound.PeeklockActivationSpec;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.BlockingQueue;
import java.util.function.BiFunction;
import javax.transaction.xa.XAResource;

/** A server and an application that uses its adapter, behind an interface of the JDK. For one thread. */
public final class AdapterProbe implements BiFunction<String, Object, Object> {

    private final AdministeredQueue orders = new AdministeredQueue();
    private TestServer server;
    private Connection held;
    private Session session;
    private javax.transaction.xa.Xid xid;

    public AdapterProbe() {
        orders.setPhysicalName("orders");
    }

    @Override
    @SuppressWarnings("unchecked")
    public Object apply(String what, Object argument) {
        try {
            return switch (what) {
                case "start" -> server = TestServer.start((String) argument);
                case "send" -> send((String) argument);
                case "receive" -> receive();
                case "hold" -> hold();
                case "use" -> use();
                case "listen" -> listen((BlockingQueue<String>) argument);
                case "destroyed" -> server.destroyed();
                case "resource" ->
                    server.managedFactory().createManagedConnection(null, null).getXAResource();
                case "begin" -> xid = server.begin();
                case "branch" -> xid;
                case "rollback" -> rollback();
                case "prepare" -> prepare();
                case "commit" -> commit();
                case "recover" -> recovery().recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN).length;
                case "stop" -> stop();
                default -> throw new IllegalArgumentException(what);
            };
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(what + " failed: " + e, e);
        }
    }

    private Object send(String text) throws Exception {
        try (JMSContext context = server.factory().createContext()) {
            context.createProducer().send(orders, text);
        }
        return text;
    }

    private String receive() throws Exception {
        try (JMSContext context = server.factory().createContext()) {
            return context.createConsumer(orders).receiveBody(String.class, 5_000);
        }
    }

    /** Opens a session and keeps it. */
    private Object hold() throws Exception {
        held = server.factory().createConnection();
        session = held.createSession();
        return "held";
    }

    /** What a session that is kept says now. */
    private String use() {
        try {
            session.createTextMessage("still there");
            return "fine";
        } catch (JMSException e) {
            return e.getMessage();
        }
    }

    /** A message-driven bean without transactions, which stays until the adapter stops and puts what it hears into the queue. */
    private Object listen(BlockingQueue<String> heard) throws Exception {
        PeeklockActivationSpec spec = new PeeklockActivationSpec();
        spec.setDestinationType("jakarta.jms.Queue");
        spec.setDestination("orders");
        spec.setResourceAdapter(server.adapter());
        server.adapter().endpointActivation(new HearingBeans(heard), spec);
        return "listening";
    }

    private record HearingBeans(BlockingQueue<String> heard) implements MessageEndpointFactory {

        @Override
        public MessageEndpoint createEndpoint(XAResource resource) {
            return (MessageEndpoint) Proxy.newProxyInstance(
                    AdapterProbe.class.getClassLoader(),
                    new Class<?>[] {MessageEndpoint.class, MessageListener.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("onMessage")) {
                            heard.add(((Message) arguments[0]).getBody(String.class));
                        }
                        return null;
                    });
        }

        @Override
        public MessageEndpoint createEndpoint(XAResource resource, long timeout) {
            return createEndpoint(resource);
        }

        @Override
        public boolean isDeliveryTransacted(Method method) {
            return false;
        }

        @Override
        public String getActivationName() {
            return null;
        }

        @Override
        public Class<?> getEndpointClass() {
            return HearingBeans.class;
        }
    }

    private Object prepare() throws Exception {
        server.prepare();
        return "prepared";
    }

    private Object rollback() throws Exception {
        server.rollback();
        return "rolled back";
    }

    private Object commit() throws Exception {
        recovery().commit(xid, false);
        server.ended();
        return "committed";
    }

    private XAResource recovery() throws Exception {
        return server.managedFactory().createManagedConnection(null, null).getXAResource();
    }

    private Object stop() {
        server.close();
        return "stopped";
    }
}
