/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.context.Context;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The jars of OpenTelemetry's API, for a server that has none. Has no state; any thread. */
final class TelemetryApi {

    private TelemetryApi() {}

    /** Puts them into a directory. */
    static void copyTo(Path directory) {
        try {
            for (Class<?> each : List.of(Span.class, Context.class, ComponentLoader.class)) {
                File jar = Libraries.jarOf(each);
                Files.copy(jar.toPath(), directory.resolve(jar.getName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
