/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

import io.peeklock.spring.boot.PeeklockBus;
import io.peeklock.testing.NamespaceContents;
import io.peeklock.testing.TestNamespace;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.TestExecutionListener;

/**
 * Puts a namespace back that is used again, and tells with a failed test what was in it.
 *
 * <p>Stateless, thread safe.
 */
final class TestNamespaceListener implements TestExecutionListener {

    /** Before methods of the class itself that are for all its tests. */
    @Override
    public void beforeTestClass(TestContext test) {
        if (mode(test) != ResetMode.NEVER && test.hasApplicationContext()) {
            Class<?> whole = whole(test.getTestClass());
            reset(test).beginClass(whole, whole == test.getTestClass());
        }
    }

    /** The first class that has a context finds it as it is when it is ready. */
    @Override
    public void prepareTestInstance(TestContext test) {
        if (mode(test) != ResetMode.NEVER) {
            reset(test).beginClass(whole(test.getTestClass()), false);
        }
    }

    @Override
    public void beforeTestMethod(TestContext test) {
        if (mode(test) == ResetMode.BEFORE_EACH_TEST) {
            reset(test).reset();
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

    private static ResetMode mode(TestContext test) {
        AutoConfigurePeeklock wanted = wanted(test);
        return wanted == null ? ResetMode.NEVER : wanted.reset();
    }

    /** The test class of which a nested one without annotations of ours is a part: what the outer one sets up is for it too. */
    private static Class<?> whole(Class<?> test) {
        Class<?> whole = test;
        while (!AnnotatedElementUtils.isAnnotated(whole, AutoConfigurePeeklock.class)
                && TestContextAnnotationUtils.searchEnclosingClass(whole)) {
            whole = whole.getEnclosingClass();
        }
        return whole;
    }

    private static NamespaceReset reset(TestContext test) {
        return test.getApplicationContext().getBean(NamespaceReset.class);
    }

    private static Optional<TestNamespace> namespace(ApplicationContext context) {
        return context.getBeanNamesForType(PeeklockBus.class).length == 0
                ? Optional.empty()
                : Optional.of(context.getBean(TestNamespace.class));
    }
}
