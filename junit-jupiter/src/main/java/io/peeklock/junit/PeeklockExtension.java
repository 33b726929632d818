/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.junit;

import io.peeklock.testing.NamespaceContents;
import io.peeklock.testing.TestNamespace;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Opens the namespaces of {@link UsePeeklock} when they are first asked for, and hands out what is of them; JUnit's store closes
 * them, what was opened last first.
 *
 * <p>Has no state of its own; thread safe.
 */
final class PeeklockExtension
        implements BeforeEachCallback,
                ParameterResolver,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {

    private static final ExtensionContext.Namespace STORE = ExtensionContext.Namespace.create(PeeklockExtension.class);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        TestSetup setup = TestSetup.of(context.getRequiredTestClass());
        if (!setup.isOfEachTest()) {
            setup.requireNoEntitiesOf(context.getRequiredTestMethod());
        }
        setup.declaring().stream()
                .filter(type -> !setup.isOfEachTest() && type != setup.annotated())
                .forEach(setup::requireNoEntitiesOf);
    }

    // ---- Parameters

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return Injected.of(parameter.getParameter()) != null;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Injected injected = Injected.of(parameter.getParameter());
        if (injected == null) {
            throw new ParameterResolutionException("not one of ours: " + parameter);
        }
        try {
            Object value = injected.from(namespace(context));
            if (injected.isToBeClosed()) {
                context.getStore(STORE)
                        .put("resource " + NUMBERS.incrementAndGet(), new Opened<>((AutoCloseable) value));
            }
            return value;
        } catch (ParameterResolutionException e) {
            throw e;
        } catch (Exception e) {
            throw new ParameterResolutionException(parameter.getParameter() + " cannot be made: " + e.getMessage(), e);
        }
    }

    private static TestNamespace namespace(ExtensionContext context) {
        TestSetup setup = TestSetup.of(context.getRequiredTestClass());
        ExtensionContext owner = owner(context, setup);
        if (owner == null) {
            throw new ParameterResolutionException(
                    "each test of "
                            + setup.annotated().getName()
                            + " has a namespace of its own, so there is none for all of them: have scope = NamespaceScope.CLASS");
        }
        Opened<?> opened = owner.getStore(STORE)
                .getOrComputeIfAbsent(
                        owner.getUniqueId(),
                        id -> new Opened<>(
                                setup.isOfEachTest() ? setup.open(owner.getRequiredTestMethod()) : setup.open()),
                        Opened.class);
        return (TestNamespace) opened.resource();
    }

    /** With which the namespace lives and ends; null for a class of which each test has its own. */
    private static @Nullable ExtensionContext owner(ExtensionContext context, TestSetup setup) {
        if (setup.isOfEachTest()) {
            return context.getTestMethod().isPresent() ? context : null;
        }
        return classContext(context, setup.annotated());
    }

    /** The nearest one of this class, or of a class that inherits its annotation. */
    private static ExtensionContext classContext(ExtensionContext context, Class<?> annotated) {
        ExtensionContext found = context;
        while (found.getTestMethod().isPresent() || found.getRequiredTestClass() != annotated) {
            ExtensionContext current = found;
            found = current.getParent().orElseThrow(() -> new IllegalStateException("no context of " + annotated));
        }
        return found;
    }

    // ---- Failures

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw described(context, failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw described(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw described(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw described(context, failure);
    }

    @Override
    public void handleAfterAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw described(context, failure);
    }

    /** With what was in the namespace, if one was opened. */
    private static Throwable described(ExtensionContext context, Throwable failure) {
        ExtensionContext owner = owner(context, TestSetup.of(context.getRequiredTestClass()));
        Opened<?> opened = owner == null ? null : owner.getStore(STORE).get(owner.getUniqueId(), Opened.class);
        if (opened != null && !(failure instanceof TestAbortedException)) {
            NamespaceContents.addTo(failure, (TestNamespace) opened.resource());
        }
        return failure;
    }

    /** What the store closes; the older interface is what JUnit 5.12 knows. */
    private record Opened<R extends AutoCloseable>(R resource) implements Store.CloseableResource, AutoCloseable {
        @Override
        public void close() throws Exception {
            resource.close();
        }
    }
}
