/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * The message-driven bean of one class, as a container has it: with transactions that begin before the delivery (option B) or with the
 * call of the bean (option A), or without.
 *
 * <p>Thread safe, as the bean is.
 */
final class TestBeans implements MessageEndpointFactory {

    enum Kind {
        TRANSACTED,
        /** The container begins its transaction when the bean is called, whatever the adapter says before. */
        TRANSACTED_BY_THE_CALL,
        /** As in WildFly while it undeploys the bean: the transaction of one that fails is not marked, and committed. */
        COMMITTED_THOUGH_FAILED,
        NOT_TRANSACTED
    }

    /** What a message-driven bean of an application is. */
    interface Bean {
        void onMessage(Message message) throws Exception;
    }

    private final Kind kind;
    private final Bean bean;
    final AtomicInteger created = new AtomicInteger();
    final AtomicInteger released = new AtomicInteger();
    /** Of its transactions, 0 for that of the server. */
    volatile int timeoutSeconds;

    /** How often there is none from now on. */
    final AtomicInteger unavailable = new AtomicInteger();

    /** How often its class cannot be loaded from now on. */
    final AtomicInteger notLoaded = new AtomicInteger();

    /** How often it is given back in vain from now on. */
    final AtomicInteger notReleased = new AtomicInteger();

    /** How often a delivery begins its transaction, and fails then; the server rolls that back when it gets the bean back. */
    final AtomicInteger failedBeginnings = new AtomicInteger();

    /** How often the end of a delivery fails from now on, and leaves its transaction on the thread, as GlassFish does. */
    final AtomicInteger failedEnds = new AtomicInteger();

    private static boolean takeOne(AtomicInteger left) {
        return left.getAndUpdate(before -> Math.max(0, before - 1)) > 0;
    }

    TestBeans(Kind kind, Bean bean) {
        this.kind = kind;
        this.bean = bean;
    }

    @Override
    public MessageEndpoint createEndpoint(@Nullable XAResource resource) throws UnavailableException {
        if (takeOne(unavailable)) {
            throw new UnavailableException("the application is being deployed");
        }
        if (takeOne(notLoaded)) {
            throw new NoClassDefFoundError("the application is half undeployed");
        }
        if ((resource == null) != (kind == Kind.NOT_TRANSACTED)) {
            throw new IllegalStateException("a resource is for beans with transactions, which need one: " + resource);
        }
        created.incrementAndGet();
        return (MessageEndpoint) Proxy.newProxyInstance(
                TestBeans.class.getClassLoader(),
                new Class<?>[] {MessageEndpoint.class, MessageListener.class},
                new Endpoint(resource));
    }

    @Override
    public MessageEndpoint createEndpoint(@Nullable XAResource resource, long timeout) throws UnavailableException {
        return createEndpoint(resource);
    }

    @Override
    public boolean isDeliveryTransacted(Method method) {
        return kind != Kind.NOT_TRANSACTED;
    }

    @Override
    public @Nullable String getActivationName() {
        return null;
    }

    @Override
    public Class<?> getEndpointClass() {
        return OrderBean.class;
    }

    /** Its name is in dead letters. */
    static final class OrderBean {}

    private final class Endpoint implements InvocationHandler {
        private final TransactionManager manager = TestTransactions.manager();
        private final @Nullable XAResource resource;
        private boolean rollsBackLate;

        Endpoint(@Nullable XAResource resource) {
            this.resource = resource;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            switch (method.getName()) {
                case "beforeDelivery" -> {
                    if (isAroundTheCall()) {
                        begin();
                    }
                }
                case "afterDelivery" -> {
                    if (isAroundTheCall()) {
                        end();
                    }
                }
                case "release" -> release();
                case "onMessage" -> call((Message) java.util.Objects.requireNonNull(arguments)[0]);
                default -> throw new UnsupportedOperationException(method.getName());
            }
            return null;
        }

        private boolean isAroundTheCall() {
            return kind == Kind.TRANSACTED || kind == Kind.COMMITTED_THOUGH_FAILED;
        }

        private void begin() throws Exception {
            manager.setTransactionTimeout(timeoutSeconds);
            manager.begin();
            manager.getTransaction().enlistResource(resource);
            if (takeOne(failedBeginnings)) {
                rollsBackLate = true;
                throw new ResourceException("the delivery has not begun");
            }
        }

        private void release() throws Exception {
            released.incrementAndGet();
            if (takeOne(notReleased)) {
                throw new NoClassDefFoundError("the application is half undeployed");
            }
            if (rollsBackLate) {
                rollsBackLate = false;
                manager.rollback();
            }
        }

        private void end() throws Exception {
            if (takeOne(failedEnds)) {
                throw new ClassCastException("the call of a session bean is no delivery");
            }
            if (manager.getStatus() == Status.STATUS_ACTIVE) {
                manager.commit();
            } else {
                manager.rollback();
            }
        }

        private void call(Message message) throws Exception {
            boolean byTheCall = kind == Kind.TRANSACTED_BY_THE_CALL;
            if (byTheCall) {
                begin();
            }
            try {
                bean.onMessage(message);
            } catch (Exception e) {
                if (kind == Kind.TRANSACTED || byTheCall) {
                    manager.setRollbackOnly();
                }
                // As an EJBException.
                throw new IllegalStateException("the bean has failed", e);
            } finally {
                if (byTheCall) {
                    end();
                }
            }
        }
    }
}
