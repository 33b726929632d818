/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.jms.MessageTracing.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls who traces messages, so that no fault of it is one of a send or receive; finds the one that a URL names.
 *
 * <p>Stateless, thread safe.
 */
final class Traces {
    private static final Logger LOG = LoggerFactory.getLogger(Traces.class);

    private Traces() {}

    static @Nullable Operation begin(Supplier<Operation> beginning) {
        try {
            return beginning.get();
        } catch (Throwable e) {
            // Errors and undeclared checked exceptions too: the message is to be settled.
            LOG.warn("a message is not traced", e);
            return null;
        }
    }

    static void end(@Nullable Operation operation, @Nullable Throwable failure) {
        if (operation != null) {
            try {
                operation.end(failure);
            } catch (Throwable e) {
                LOG.warn("a trace was not ended", e);
            }
        }
    }

    /** What a receive call makes of its message, and tells who traces; the same as before if nobody does. */
    static <T> Handover.Unpacking<T> telling(
            @Nullable MessageTracing tracing, ConsumerSource source, Handover.Unpacking<T> unpacking) {
        if (tracing == null) {
            return unpacking;
        }
        Instant began = Instant.now();
        return message -> {
            T result = unpacking.unpack(message);
            begin(() -> {
                tracing.received(TracedEntity.of(source), message, began);
                return failure -> {};
            });
            return result;
        };
    }

    /**
     * The one of this name.
     *
     * @throws IllegalArgumentException if there is none, naming those that are there, or if what it needs is not there
     */
    static MessageTracing named(String name) {
        List<String> others = new ArrayList<>();
        ClassLoader ours = MessageTracingProvider.class.getClassLoader();
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        for (ClassLoader loader : ofThread == null ? List.of(ours) : List.of(ours, ofThread)) {
            for (MessageTracingProvider provider : ServiceLoader.load(MessageTracingProvider.class, loader)) {
                if (provider.name().equals(name)) {
                    return made(provider);
                }
                others.add(provider.name());
            }
        }
        throw new IllegalArgumentException("Setting tracing cannot be '" + name + "': "
                + (others.isEmpty()
                        ? "nothing on the class path traces messages; put peeklock-observability there"
                        : "only " + others.stream().distinct().toList() + " are on the class path"));
    }

    private static MessageTracing made(MessageTracingProvider provider) {
        try {
            return provider.tracing();
        } catch (LinkageError e) {
            throw new IllegalArgumentException(
                    "Setting tracing cannot be '" + provider.name() + "': a class is missing, " + e.getMessage()
                            + "; put its library, such as opentelemetry-api, on the class path, in an application server on"
                            + " that of the resource adapter",
                    e);
        }
    }
}
