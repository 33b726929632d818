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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The message-driven beans of one activation.
 *
 * <p>Thread safe, as the factory is.
 */
final class Beans {

    private static final Logger LOG = LoggerFactory.getLogger(Beans.class);

    private static final int MAX_DESCRIPTION_CHARS = 1000;
    private static final Method ON_MESSAGE = onMessage();

    /** How often a server is asked once more to end a delivery: so many session beans are seldom called one after the other. */
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
        StringBuilder text = new StringBuilder(name).append(" failed: ").append(text(failure));
        Throwable cause = cause(failure);
        for (int depth = 0; cause != null && depth < 5; depth++) {
            text.append(", caused by ").append(text(cause));
            cause = cause(cause);
        }
        return text.length() > MAX_DESCRIPTION_CHARS
                ? text.substring(0, MAX_DESCRIPTION_CHARS) + "..."
                : text.toString();
    }

    /** An exception of an application may fail to say what it is. */
    private static String text(Throwable failure) {
        try {
            return failure.toString();
        } catch (RuntimeException | Error e) {
            return failure.getClass().getName();
        }
    }

    private static @Nullable Throwable cause(Throwable failure) {
        try {
            return failure.getCause();
        } catch (RuntimeException | Error e) {
            return null;
        }
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
         * once more: GlassFish, which is undeploying the application, refuses a call of a session bean when it returns, leaves it on the
         * thread as if it were under way, takes that for the delivery, and fails. Each time there is one less.
         */
        void end() throws ResourceException {
            if (!transacted) {
                return;
            }
            try {
                endpoint.afterDelivery();
            } catch (RuntimeException e) {
                if (!isInTransaction()) {
                    throw e;
                }
                endAgain(e);
            }
        }

        private void endAgain(RuntimeException failure) throws ResourceException {
            for (int left = MAX_ENDS; left > 0 && isInTransaction(); left--) {
                try {
                    endpoint.afterDelivery();
                    LOG.debug("{}: the server has ended a delivery, but not at once", name, failure);
                    return;
                } catch (RuntimeException e) {
                    LOG.debug("{}: the server has not ended a delivery", name, e);
                }
            }
            if (isInTransaction()) {
                LOG.warn(
                        "{}: the server has left the transaction of a delivery on its thread: other deliveries of the thread may fail,"
                                + " and the message is locked until the transaction's time is over. Restart the server.",
                        name,
                        failure);
            }
            throw failure;
        }

        private boolean isInTransaction() {
            return transactions != null && transactions.getTransactionStatus() != Status.STATUS_NO_TRANSACTION;
        }

        void release() {
            endpoint.release();
        }
    }
}
