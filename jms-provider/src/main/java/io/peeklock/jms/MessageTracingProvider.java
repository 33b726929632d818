/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

/**
 * Makes a {@link MessageTracing} for factories whose URL names it: {@code tracing=opentelemetry}. Found by {@link
 * java.util.ServiceLoader}.
 */
public interface MessageTracingProvider {

    /** What the URL says. */
    String name();

    /** One for a factory; called once for each, when its first connection is made. */
    MessageTracing tracing();
}
