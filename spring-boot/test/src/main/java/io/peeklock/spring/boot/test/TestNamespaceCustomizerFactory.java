/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Sees by its annotations what a test class wants. Stateless, thread safe. */
final class TestNamespaceCustomizerFactory implements ContextCustomizerFactory {

    @Override
    public @Nullable ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
        AutoConfigurePeeklock wanted =
                TestContextAnnotationUtils.findMergedAnnotation(testClass, AutoConfigurePeeklock.class);
        if (wanted == null) {
            return null;
        }
        PeeklockTest slice = TestContextAnnotationUtils.findMergedAnnotation(testClass, PeeklockTest.class);
        return new TestNamespaceCustomizer(
                wanted.manualClock(), wanted.options(), slice == null ? null : filter(slice.listeners()));
    }

    private static ListenersOnly filter(Class<?>[] listeners) {
        return new ListenersOnly(Arrays.stream(listeners).map(Class::getName).collect(Collectors.toSet()));
    }
}
