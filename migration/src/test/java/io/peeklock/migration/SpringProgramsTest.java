/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.migration.spring.Kitchen;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jms.core.JmsTemplate;

/**
 * Runs the Spring application of docs/migration.md before and after: its listener hears the same.
 *
 * <p>Not thread safe.
 */
@Timeout(120)
final class SpringProgramsTest {

    @TempDir
    Path directory;

    @Test
    void onEmbeddedActiveMq() {
        assertThatListenerHearsAll(io.peeklock.migration.spring.before.ShopConfiguration.class, "ActiveMQ.DLQ");
    }

    @Test
    @Tag("L6")
    @Tag("L12")
    void onTheBus() {
        assertThatListenerHearsAll(
                io.peeklock.migration.spring.after.ShopConfiguration.class, "orders/$deadletterqueue");
    }

    private void assertThatListenerHearsAll(Class<?> configuration, String deadLetterQueue) {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource(
                            "test",
                            Map.of("shop.directory", directory.resolve("shop").toString())));
            context.registerBean(Kitchen.class, () -> new Kitchen(heard::add));
            context.register(configuration);
            context.refresh();
            JmsTemplate template = context.getBean(JmsTemplate.class);
            template.convertAndSend("orders", "one espresso");
            template.convertAndSend("orders", "a drink that nobody knows");
            template.convertAndSend("orders", "two teas");
            template.setReceiveTimeout(30_000);
            assertThat(template.receiveAndConvert(deadLetterQueue)).isEqualTo("a drink that nobody knows");
            await().until(() -> heard.size() == 5);
        }
        assertThat(heard)
                .containsExactly(
                        "made: one espresso, delivery 1",
                        "failed: a drink that nobody knows, delivery 1",
                        "failed: a drink that nobody knows, delivery 2",
                        "failed: a drink that nobody knows, delivery 3",
                        "made: two teas, delivery 1");
    }
}
