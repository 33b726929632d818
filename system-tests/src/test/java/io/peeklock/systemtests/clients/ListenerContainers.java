/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import jakarta.jms.ConnectionFactory;
import java.lang.reflect.Method;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jms.config.AbstractJmsListenerContainerFactory;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.config.SimpleJmsListenerContainerFactory;
import org.springframework.jms.listener.SimpleMessageListenerContainer;

/**
 * The two kinds of containers in which Spring puts annotated listeners: one polls, on threads of its own, the other listens, on
 * the provider's.
 */
enum ListenerContainers {
    POLLING,
    /** Each consumer on a virtual thread, where the JVM has them, else on a plain thread of its own. */
    POLLING_ON_VIRTUAL_THREADS,
    LISTENING;

    private static final long RECEIVE_MS = 50;

    AbstractJmsListenerContainerFactory<?> on(ConnectionFactory connections, String concurrency) {
        return switch (this) {
            case POLLING -> polling(connections, concurrency);
            case POLLING_ON_VIRTUAL_THREADS -> {
                DefaultJmsListenerContainerFactory factory = polling(connections, concurrency);
                factory.setTaskExecutor(virtualThreads());
                yield factory;
            }
            case LISTENING -> {
                SimpleJmsListenerContainerFactory factory = new SimpleJmsListenerContainerFactory() {
                    @Override
                    protected SimpleMessageListenerContainer createContainerInstance() {
                        SimpleMessageListenerContainer container = super.createContainerInstance();
                        container.setConcurrency(concurrency);
                        // Else it gives back what comes before its connection has stopped, as often as it comes: until
                        // that is a dead letter.
                        container.setAcceptMessagesWhileStopping(true);
                        return container;
                    }
                };
                factory.setConnectionFactory(connections);
                yield factory;
            }
        };
    }

    private static DefaultJmsListenerContainerFactory polling(ConnectionFactory connections, String concurrency) {
        DefaultJmsListenerContainerFactory factory = new DefaultJmsListenerContainerFactory();
        factory.setConnectionFactory(connections);
        factory.setConcurrency(concurrency);
        // It is what a stop waits for.
        factory.setReceiveTimeout(RECEIVE_MS);
        return factory;
    }

    private static Executor virtualThreads() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Method making = Class.forName("java.lang.Thread$Builder").getMethod("factory");
            ThreadFactory threads = (ThreadFactory) making.invoke(builder);
            return task -> threads.newThread(task).start();
        } catch (NoSuchMethodException e) {
            return new SimpleAsyncTaskExecutor("plain-");
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
