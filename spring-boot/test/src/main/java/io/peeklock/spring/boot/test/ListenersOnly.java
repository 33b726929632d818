/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.annotation.JmsListeners;

/**
 * Leaves out of the scan for components what does not listen.
 *
 * <p>Immutable; equal for the same listeners, so that contexts are shared.
 */
final class ListenersOnly extends TypeExcludeFilter {

    private final Set<String> listeners;

    /** @param listeners names of classes; none for all that have a method that listens */
    ListenersOnly(Set<String> listeners) {
        this.listeners = Set.copyOf(listeners);
    }

    @Override
    public boolean match(MetadataReader reader, MetadataReaderFactory factory) {
        AnnotationMetadata type = reader.getAnnotationMetadata();
        return listeners.isEmpty()
                ? !type.hasAnnotatedMethods(JmsListener.class.getName())
                        && !type.hasAnnotatedMethods(JmsListeners.class.getName())
                : !listeners.contains(type.getClassName());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ListenersOnly filter && filter.listeners.equals(listeners);
    }

    @Override
    public int hashCode() {
        return Objects.hash(ListenersOnly.class, listeners);
    }
}
