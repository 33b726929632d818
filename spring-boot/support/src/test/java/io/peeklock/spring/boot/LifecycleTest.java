/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.core.JmsTemplate;

/** Whole applications, from run to close, with listeners at work. */
final class LifecycleTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {"spring.jms.cache.enabled=true", "spring.jms.cache.enabled=false", "peeklock.pool.enabled=true"})
    void closingEndsListenersThenConnectionsThenTheBroker(String kind) throws Exception {
        for (int run = 1; run <= 2; run++) { // The second one as after a restart of the context in the same JVM.
            try (ConfigurableApplicationContext context = start(kind)) {
                context.getBean(JmsTemplate.class).convertAndSend("orders", "order " + run);
                assertThat(context.getBean(Listener.class).taken.poll(20, TimeUnit.SECONDS))
                        .isEqualTo("order " + run);
            }
            assertThat(threadsLeft()).isEmpty();
            // Another process gets the store at once.
            OtherProcess.holding(directory).close();
        }
    }

    @Test
    void aClassLoaderOfAnEarlierRunDoesNotKeepTheStore() throws Exception {
        // As DevTools restart it: each run has classes of its own.
        for (int run = 1; run <= 2; run++) {
            List<java.net.URL> urls = new ArrayList<>();
            for (String element : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
                urls.add(Path.of(element).toUri().toURL());
            }
            try (var loader = new java.net.URLClassLoader(
                    urls.toArray(java.net.URL[]::new), ClassLoader.getPlatformClassLoader())) {
                Thread.currentThread().setContextClassLoader(loader);
                Class<?> program = loader.loadClass(OneRun.class.getName());
                Object answer = program.getMethod("run", String.class).invoke(null, directory.toString());
                assertThat(answer).isEqualTo("order of an earlier run: " + (run == 2));
            } finally {
                Thread.currentThread().setContextClassLoader(LifecycleTest.class.getClassLoader());
            }
        }
    }

    @Test
    void stoppedAndStartedAgainItGoesOn() throws Exception {
        try (ConfigurableApplicationContext context = start("spring.jms.cache.enabled=true")) {
            context.stop();
            context.getBean(JmsTemplate.class).convertAndSend("orders", "while stopped");
            context.start();
            assertThat(context.getBean(Listener.class).taken.poll(20, TimeUnit.SECONDS))
                    .isEqualTo("while stopped");
        }
    }

    /** Threads of ours that are left. */
    private static List<String> threadsLeft() {
        await().until(() -> ours().isEmpty());
        return ours();
    }

    private static List<String> ours() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("peeklock")
                        || name.contains("JmsListener")
                        || name.contains("DefaultMessageListener"))
                .toList();
    }

    private ConfigurableApplicationContext start(String... properties) {
        return startIn(directory.toString(), properties);
    }

    private static ConfigurableApplicationContext startIn(String directory, String... properties) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setRegisterShutdownHook(false);
        application.setBannerMode(org.springframework.boot.Banner.Mode.OFF);
        List<String> arguments =
                new ArrayList<>(List.of("--peeklock.directory=" + directory, "--peeklock.transactions.enabled=false"));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return application.run(arguments.toArray(String[]::new));
    }

    /** Started in a class loader of its own. */
    public static final class OneRun {
        public static String run(String directory) {
            try (ConfigurableApplicationContext context = startIn(directory)) {
                JmsTemplate template = context.getBean(JmsTemplate.class);
                template.setReceiveTimeout(200);
                Message earlier = template.receive("kept");
                template.convertAndSend("kept", "order");
                return "order of an earlier run: " + (earlier != null);
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        Listener listener() {
            return new Listener();
        }
    }

    static final class Listener {
        final BlockingQueue<String> taken = new LinkedBlockingQueue<>();

        @JmsListener(destination = "orders")
        void take(String order) {
            taken.add(order);
        }
    }
}
