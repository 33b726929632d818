/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

import io.peeklock.spring.boot.PeeklockBus;
import io.peeklock.testing.NamespaceContents;
import io.peeklock.testing.TestNamespace;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import org.springframework.context.ApplicationContext;
import org.springframework.jms.config.JmsListenerEndpointRegistry;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.TestExecutionListener;

/**
 * Removes the messages of earlier tests from a namespace that is used again, and tells with a failed test what was in it.
 *
 * <p>Stateless, thread safe.
 */
final class TestNamespaceListener implements TestExecutionListener {

    @Override
    public void beforeTestClass(TestContext test) throws Exception {
        if (purges(test, PurgeMode.BEFORE_CLASS) && test.hasApplicationContext()) {
            purge(test.getApplicationContext());
        }
    }

    @Override
    public void beforeTestMethod(TestContext test) throws Exception {
        if (purges(test, PurgeMode.BEFORE_EACH_TEST)) {
            purge(test.getApplicationContext());
        }
    }

    @Override
    public void afterTestExecution(TestContext test) {
        Throwable failure = test.getTestException();
        if (failure != null && !(failure instanceof TestAbortedException) && wanted(test) != null) {
            namespace(test.getApplicationContext()).ifPresent(namespace -> NamespaceContents.addTo(failure, namespace));
        }
    }

    private static @Nullable AutoConfigurePeeklock wanted(TestContext test) {
        return TestContextAnnotationUtils.findMergedAnnotation(test.getTestClass(), AutoConfigurePeeklock.class);
    }

    private static boolean purges(TestContext test, PurgeMode mode) {
        AutoConfigurePeeklock wanted = wanted(test);
        return wanted != null && wanted.purge() == mode;
    }

    private static Optional<TestNamespace> namespace(ApplicationContext context) {
        return context.getBeanNamesForType(PeeklockBus.class).length == 0
                ? Optional.empty()
                : Optional.of(context.getBean(TestNamespace.class));
    }

    /** What a listener is at work on is waited for: else it might come again in the next test. */
    private static void purge(ApplicationContext context) throws InterruptedException {
        Optional<TestNamespace> namespace = namespace(context);
        if (namespace.isEmpty() || namespace.get().purge() == 0) {
            return;
        }
        List<JmsListenerEndpointRegistry> listening =
                context.getBeansOfType(JmsListenerEndpointRegistry.class).values().stream()
                        .filter(JmsListenerEndpointRegistry::isRunning)
                        .toList();
        for (JmsListenerEndpointRegistry registry : listening) {
            CountDownLatch stopped = new CountDownLatch(1);
            registry.stop(stopped::countDown);
            stopped.await();
        }
        namespace.get().purge();
        listening.forEach(JmsListenerEndpointRegistry::start);
    }
}
