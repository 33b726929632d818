/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The archive as it is built, deployed and taken away again and again: what is left of it. */
final class RedeployIT {

    private static final int TIMES = 50;

    @TempDir
    Path directory;

    private final List<Path> classPath = new ArrayList<>();
    private String url;

    @BeforeEach
    void unpack() throws Exception {
        url = "peeklock:file:" + directory.resolve("bus") + "?partitions=4&jmx=true&tracing=opentelemetry";
        try (InputStream file = Files.newInputStream(Path.of(System.getProperty("peeklock.rar")));
                ZipInputStream archive = new ZipInputStream(file)) {
            for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                if (entry.getName().endsWith(".jar")) {
                    Path jar = directory.resolve(entry.getName());
                    Files.copy(archive, jar);
                    classPath.add(jar);
                }
            }
        }
        classPath.add(Path.of(RedeployIT.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI()));
    }

    @Test
    void theArchiveHasWhatIsNeededAndNothingOfTheServers() {
        Set<String> names = classPath.stream()
                .map(path -> path.getFileName().toString())
                .map(name -> name.replaceAll("-[0-9].*|[.]jar", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "artemis-commons",
                        "artemis-journal",
                        "jackson-core",
                        "jctools-core",
                        "netty-buffer",
                        "netty-common",
                        "peeklock",
                        "peeklock-administration",
                        "peeklock-broker",
                        "peeklock-jms-provider",
                        "peeklock-journal-store",
                        "peeklock-observability",
                        "peeklock-tx",
                        "slf4j-api",
                        "slf4j-jdk14",
                        "test-classes");
    }

    /** As in servers that have OpenTelemetry: what a bean does is in the trace of who sent its message. */
    @Test
    void aBeanGoesOnInTheContextOfWhoSent() throws Exception {
        SpanContext caller = SpanContext.create(
                "0af7651916cd43dd8448eb211c80319c",
                "b7ad6b7169203331",
                TraceFlags.getSampled(),
                TraceState.getDefault());
        BlockingQueue<SpanContext> seen = new LinkedBlockingQueue<>();
        BlockingQueue<String> noting = new LinkedBlockingQueue<>() {
            private static final long serialVersionUID = 1L;

            /** Called by the bean. */
            @Override
            public boolean add(String text) {
                return seen.add(Span.current().getSpanContext());
            }
        };
        try (DeployedAdapter adapter = DeployedAdapter.deploy(classPath, url)) {
            adapter.call("listen", noting);
            try (Scope ignored = Span.wrap(caller).makeCurrent()) {
                adapter.call("send", "tea");
            }
            SpanContext ofBean = seen.poll(10, TimeUnit.SECONDS);
            assertThat(ofBean).isNotNull();
            assertThat(ofBean.getTraceId()).isEqualTo(caller.getTraceId());
            assertThat(ofBean.getSpanId()).isEqualTo(caller.getSpanId());
        }
    }

    @Test
    void withoutOpenTelemetryTracesAreRefused() throws Exception {
        try (DeployedAdapter adapter = DeployedAdapter.deploy(classPath, url, "jakarta.")) {
            assertThatThrownBy(() -> adapter.call("send", "tea"))
                    .hasMessageContaining("tracing")
                    .hasMessageContaining("opentelemetry-api")
                    .hasMessageContaining("resource adapter");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void nothingIsLeftOfFiftyDeployments() throws Exception {
        quiet();
        deployAndUse(new ArrayList<>());
        Map<String, Long> threads = threads();
        long files = files();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            deployAndUse(loaders);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(threads())
                        .allSatisfy((name, count) ->
                                assertThat(count).as(name).isLessThanOrEqualTo(threads.getOrDefault(name, 0L))));
        Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            System.gc();
            assertThat(loaders).allMatch(loader -> loader.refersTo(null));
        });
        assertThat(files()).isLessThanOrEqualTo(files);
        try (PeeklockConnectionFactory outside = new PeeklockConnectionFactory(url);
                Connection connection = outside.createConnection()) {
            assertThat(connection.getMetaData().getJMSMajorVersion()).isEqualTo(3);
        }
    }

    private void deployAndUse(List<WeakReference<ClassLoader>> loaders) throws Exception {
        try (DeployedAdapter adapter = DeployedAdapter.deploy(classPath, url);
                DeployedAdapter follower = DeployedAdapter.deploy(classPath, url)) {
            adapter.call("send", "tea");
            assertThat(adapter.call("receive")).isEqualTo("tea");
            assertThat(mxBeans()).isNotEmpty();
            adapter.call("begin");
            adapter.call("send", "coffee");
            adapter.call("prepare");
            assertThat(adapter.call("recover")).isEqualTo(1);
            adapter.call("commit");
            assertThat(follower.call("receive")).isEqualTo("coffee");
            follower.call("hold");
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            adapter.call("listen", heard);
            follower.call("listen", heard);
            adapter.call("send", "for a bean");
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("for a bean");
            adapter.call("begin");
            adapter.call("send", "left in a branch that nobody ends");
            loaders.add(new WeakReference<>(adapter.loader()));
            loaders.add(new WeakReference<>(follower.loader()));
        }
        assertThat(mxBeans()).isEmpty();
    }

    private static Set<ObjectName> mxBeans() throws MalformedObjectNameException {
        return ManagementFactory.getPlatformMBeanServer().queryNames(new ObjectName("io.peeklock:namespace=*,*"), null);
    }

    private static void quiet() {
        java.util.logging.LogManager.getLogManager().reset();
    }

    /** How many threads have each name. */
    private static Map<String, Long> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> !name.startsWith("awaitility"))
                .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    }

    private static long files() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
