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
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.reflect.Method;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * The message-driven beans of one activation.
 *
 * <p>Thread safe, as the factory is.
 */
final class Beans {

    private static final int MAX_DESCRIPTION_CHARS = 1000;
    private static final Method ON_MESSAGE = onMessage();

    /** How often a server is asked to end one delivery: more session beans than these are seldom called one after the other. */
    private static final int MAX_ENDS = 32;

    private final MessageEndpointFactory factory;
    private final @Nullable TransactionSynchronizationRegistry transactions;
    private final boolean transacted;
    private final String name;

    /** @param transactions of the server, if it has any */
    Beans(MessageEndpointFactory factory, @Nullable TransactionSynchronizationRegistry transactions)
            throws ResourceException {
        this.factory = factory;
        this.transactions = transactions;
        this.name = name(factory);
        try {
            this.transacted = factory.isDeliveryTransacted(ON_MESSAGE);
        } catch (NoSuchMethodException e) {
            throw new ResourceException(name + " is no jakarta.jms.MessageListener", e);
        }
    }

    private static Method onMessage() {
        try {
            return MessageListener.class.getMethod("onMessage", Message.class);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    private static String name(MessageEndpointFactory factory) {
        Class<?> type = factory.getEndpointClass();
        String activation = factory.getActivationName();
        String bean = type == null ? "a message-driven bean" : type.getName();
        // WildFly's is of the adapter and the interface alone; GlassFish's has the bean's class in it.
        if (activation == null || activation.endsWith(MessageListener.class.getName())) {
            return bean;
        }
        return activation.contains(bean) ? activation : bean + " (" + activation + ")";
    }

    /** Of the bean, for people. */
    String name() {
        return name;
    }

    /** Whether the server delivers in a transaction that it begins. */
    boolean isTransacted() {
        return transacted;
    }

    /**
     * One bean, until it is released.
     *
     * @throws UnavailableException if there is none now: the application is being deployed or undeployed
     */
    Bean create(XAResource resource) throws UnavailableException {
        MessageEndpoint endpoint = factory.createEndpoint(transacted ? resource : null);
        return new Bean(endpoint);
    }

    /** Why a delivery failed, in the words of a dead letter. */
    String description(@Nullable Throwable failure) {
        if (failure == null) {
            return "the transaction of " + name + " was rolled back";
        }
        StringBuilder text = new StringBuilder(name).append(" failed: ").append(failure);
        Throwable cause = failure.getCause();
        for (int depth = 0; cause != null && depth < 5; depth++) {
            text.append(", caused by ").append(cause);
            cause = cause.getCause();
        }
        return text.length() > MAX_DESCRIPTION_CHARS
                ? text.substring(0, MAX_DESCRIPTION_CHARS) + "..."
                : text.toString();
    }

    /** For one thread. */
    final class Bean {
        private final MessageEndpoint endpoint;

        private Bean(MessageEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        /**
         * The server begins the delivery of one message, with its transaction. Without transactions it does so itself (Jakarta Connectors
         * 2.1, 13.5.6).
         */
        void begin() throws NoSuchMethodException, ResourceException {
            if (transacted) {
                endpoint.beforeDelivery(ON_MESSAGE);
            }
        }

        void onMessage(Message message) {
            ((MessageListener) endpoint).onMessage(message);
        }

        /**
         * The bean has failed: what the server ends next must not be a commit. Most often the server has seen to that itself. WildFly has
         * not when it undeploys the bean just now: it throws before its interceptors are reached, and commits.
         */
        void refuse() {
            if (transacted && transactions != null && transactions.getTransactionStatus() == Status.STATUS_ACTIVE) {
                transactions.setRollbackOnly();
            }
        }

        /**
         * The server ends it; also when the bean has failed. One that has failed, and left the transaction on the thread, is asked
         * once more: GlassFish, which is undeploying the application, leaves the call of a session bean that it has refused on the
         * thread as if it were under way, takes that for the delivery, and fails. Each time there is one less.
         */
        void end() throws ResourceException {
            for (int left = transacted ? MAX_ENDS : 0; left > 0; left--) {
                try {
                    endpoint.afterDelivery();
                    return;
                } catch (RuntimeException e) {
                    if (left == 1 || !isInTransaction()) {
                        throw e;
                    }
                }
            }
        }

        private boolean isInTransaction() {
            return transactions != null && transactions.getTransactionStatus() != Status.STATUS_NO_TRANSACTION;
        }

        void release() {
            endpoint.release();
        }
    }
}
