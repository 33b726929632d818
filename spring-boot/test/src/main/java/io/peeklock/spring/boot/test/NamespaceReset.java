/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.peeklock.spring.boot.PeeklockBus;
import io.peeklock.testing.EntityBaseline;
import io.peeklock.testing.TestNamespace;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.Ordered;
import org.springframework.jms.config.JmsListenerEndpointRegistry;
import org.springframework.jms.connection.SingleConnectionFactory;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.listener.MessageListenerContainer;

/**
 * Puts the namespace of an application context back to what it was when the context was ready, and its listeners too: those that
 * ran then run again, and no others.
 *
 * <p>Thread safe: one reset after the other.
 */
final class NamespaceReset implements ApplicationListener<ApplicationEvent>, Ordered {

    private static final long WAIT_SECONDS = 30;

    private final ApplicationContext context;
    private @Nullable EntityBaseline baseline;
    private List<MessageListenerContainer> listening = List.of();
    private @Nullable Class<?> user;

    NamespaceReset(ApplicationContext context) {
        this.context = context;
    }

    /** Behind whatever the application does with these events. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    /** Ready is what comes last: without {@code SpringApplication} a context is only refreshed. */
    @Override
    public void onApplicationEvent(ApplicationEvent event) {
        boolean refreshed = event instanceof ContextRefreshedEvent of && of.getApplicationContext() == context;
        boolean ready = event instanceof ApplicationReadyEvent of && of.getApplicationContext() == context;
        if ((refreshed || ready) && hasNamespace()) {
            remember();
        }
    }

    private boolean hasNamespace() {
        return context.getBeanNamesForType(PeeklockBus.class).length > 0;
    }

    private TestNamespace namespace() {
        return context.getBean(TestNamespace.class);
    }

    private synchronized void remember() {
        listening = containers().stream()
                .filter(MessageListenerContainer::isRunning)
                .toList();
        awaitListening();
        baseline = namespace().baseline();
    }

    /**
     * Resets for another test class than the one before.
     *
     * @param again whether it is another one too if it is the same, because it is run once more
     */
    synchronized void beginClass(Class<?> test, boolean again) {
        if (user != null && (again || user != test)) {
            reset();
        }
        user = test;
    }

    /** Does nothing in an application without our broker. */
    synchronized void reset() {
        if (baseline == null) {
            return;
        }
        Set<MessageListenerContainer> all = containers();
        all.forEach(MessageListenerContainer::stop);
        await(() -> all.stream().noneMatch(NamespaceReset::isAtWork), "a listener is still at work");
        // Consumers that they may cache are of queues that go now.
        context.getBeansOfType(SingleConnectionFactory.class)
                .values()
                .forEach(SingleConnectionFactory::resetConnection);
        baseline.restore();
        listening.forEach(MessageListenerContainer::start);
        awaitListening();
    }

    private Set<MessageListenerContainer> containers() {
        Set<MessageListenerContainer> all = new LinkedHashSet<>(
                context.getBeansOfType(MessageListenerContainer.class).values());
        context.getBeansOfType(JmsListenerEndpointRegistry.class)
                .values()
                .forEach(registry -> all.addAll(registry.getListenerContainers()));
        return all;
    }

    /**
     * Not by a callback of its stop, which a container may forget that was started right before. The others wait themselves when
     * they stop.
     */
    private static boolean isAtWork(MessageListenerContainer container) {
        return container instanceof DefaultMessageListenerContainer polling && polling.getActiveConsumerCount() > 0;
    }

    /** A message to a topic before its subscribers are there would be lost. Containers that fail to get there are not waited for. */
    private void awaitListening() {
        await(() -> listening.stream().noneMatch(NamespaceReset::isOnItsWay), "a listener does not come to its queue");
    }

    private static boolean isOnItsWay(MessageListenerContainer container) {
        return container instanceof DefaultMessageListenerContainer polling
                && polling.getCacheLevel() == DefaultMessageListenerContainer.CACHE_CONSUMER
                && polling.isRunning()
                && !polling.isRecovering()
                && !polling.isRegisteredWithDestination();
    }

    private static void await(BooleanSupplier condition, String otherwise) {
        long end = System.nanoTime() + SECONDS.toNanos(WAIT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException(otherwise + " after " + WAIT_SECONDS
                        + " s, so the namespace could not be put back for the next test: see a thread dump");
            }
            try {
                MILLISECONDS.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while " + otherwise, e);
            }
        }
    }
}
