/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.jms.MessageTracing;
import io.peeklock.jms.MessageTracingProvider;
import jakarta.resource.ResourceException;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store outlives applications: what traces its messages is not one's of them. */
final class ApplicationTracerTest {

    private static final String SERVICES = "META-INF/services/" + MessageTracingProvider.class.getName();

    private final Thread thread = Thread.currentThread();
    private final ClassLoader before = thread.getContextClassLoader();

    @TempDir
    private Path directory;

    /** An application has it. */
    public static final class Provider implements MessageTracingProvider {
        @Override
        public String name() {
            return "applications";
        }

        @Override
        public MessageTracing tracing() {
            throw new AssertionError("it is not to be asked");
        }
    }

    private final class ApplicationLoader extends ClassLoader {
        ApplicationLoader() {
            super(before);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.equals(SERVICES)
                    ? Collections.enumeration(Collections.singleton(
                            directory.resolve("services").toUri().toURL()))
                    : super.getResources(name);
        }
    }

    @AfterEach
    void goBack() {
        thread.setContextClassLoader(before);
    }

    @Test
    void isNotTaken() throws IOException, ResourceException {
        Files.writeString(directory.resolve("services"), Provider.class.getName());
        ClassLoader application = new ApplicationLoader();
        thread.setContextClassLoader(application);
        try (TestServer server = TestServer.start("peeklock:mem:" + UUID.randomUUID() + "?tracing=applications")) {
            assertThatThrownBy(() -> server.factory().createContext())
                    .hasMessageContaining("only [opentelemetry] are on the class path");
        }
        assertThat(thread.getContextClassLoader()).isSameAs(application);
    }
}
