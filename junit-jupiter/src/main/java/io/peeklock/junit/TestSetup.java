/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.junit;

import io.peeklock.testing.TestNamespace;
import io.peeklock.testing.WithQueue;
import io.peeklock.testing.WithSubscription;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What a test's namespace is to be, by the annotations of its class, of those around that, and of the test.
 *
 * <p>Immutable, thread safe.
 *
 * @param annotation the nearest one
 * @param annotated the class that has it
 * @param declaring the classes that may declare entities, that one first
 */
record TestSetup(UsePeeklock annotation, Class<?> annotated, List<Class<?>> declaring) {

    /** Of a test class: its own annotation, inherited ones too, or that of a class around it. */
    static TestSetup of(Class<?> testClass) {
        Deque<Class<?>> classes = new ArrayDeque<>();
        for (Class<?> type = testClass; type != null; type = around(type)) {
            classes.addFirst(type);
            Optional<UsePeeklock> found = AnnotationSupport.findAnnotation(type, UsePeeklock.class);
            if (found.isPresent()) {
                return new TestSetup(found.get(), type, List.copyOf(classes));
            }
        }
        throw new ExtensionConfigurationException(
                testClass.getName() + " has no @UsePeeklock, and no class around it: put it there");
    }

    private static @Nullable Class<?> around(Class<?> type) {
        return Modifier.isStatic(type.getModifiers()) ? null : type.getEnclosingClass();
    }

    boolean isOfEachTest() {
        return annotation.scope() == NamespaceScope.TEST;
    }

    /** Opens the namespace of a class. */
    TestNamespace open() {
        return builder(annotated).open();
    }

    /** Opens the namespace of one test. */
    TestNamespace open(Method test) {
        TestNamespace.Builder builder = builder(declaring.toArray(Class<?>[]::new));
        return builder.entities(test).open();
    }

    private TestNamespace.Builder builder(Class<?>... all) {
        TestNamespace.Builder builder =
                TestNamespace.builder().name(annotated.getSimpleName()).options(annotation.options());
        if (annotation.manualClock()) {
            builder.manualClock();
        }
        if (!annotation.configFile().isEmpty()) {
            builder.entities(read(annotation.configFile()));
        }
        for (Class<?> type : all) {
            builder.entities(type);
        }
        return builder;
    }

    private String read(String resource) {
        // The annotation may be inherited.
        for (Class<?> type = annotated; type != null; type = type.getSuperclass()) {
            try (InputStream in = type.getResourceAsStream(resource)) {
                if (in != null) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(resource + " cannot be read", e);
            }
        }
        throw new ExtensionConfigurationException("the configFile \"" + resource + "\" of " + annotated.getName()
                + " is not on the class path: it is looked for beside the class, or at the root with a / before it");
    }

    /** Entities that would be declared for one test, but where its namespace is that of all, would be there twice. */
    void requireNoEntitiesOf(AnnotatedElement element) {
        if (element.getAnnotationsByType(WithQueue.class).length > 0
                || element.getAnnotationsByType(WithSubscription.class).length > 0) {
            throw new ExtensionConfigurationException(element + " declares entities, but shares the namespace of "
                    + annotated.getName() + ": declare them there, or have scope = NamespaceScope.TEST");
        }
    }
}
