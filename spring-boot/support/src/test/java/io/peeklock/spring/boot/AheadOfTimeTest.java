/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Namespace;
import org.junit.jupiter.api.Test;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.jms.core.JmsTemplate;

/** That the application works when its beans were worked out ahead of time. */
final class AheadOfTimeTest {

    private static final TestPropertyValues PROPERTIES = TestPropertyValues.of(
            "peeklock.url=peeklock:mem:aot", "peeklock.partitions=3", "peeklock.transactions.enabled=false");

    @Test
    @CompileWithForkedClassLoader
    void anApplicationContextThatWasGeneratedWorks() {
        TestGenerationContext generated = new TestGenerationContext();
        AnnotationConfigApplicationContext prepared = new AnnotationConfigApplicationContext();
        PROPERTIES.applyTo(prepared);
        prepared.register(Application.class);
        new ApplicationContextAotGenerator().processAheadOfTime(prepared, generated);
        generated.writeGeneratedContent();
        TestCompiler.forSystem().with(generated).compile(compiled -> {
            try (GenericApplicationContext context = new GenericApplicationContext()) {
                PROPERTIES.applyTo(context);
                initialize(compiled.getInstance(ApplicationContextInitializer.class), context);
                context.refresh();
                JmsTemplate template = context.getBean(JmsTemplate.class);
                template.setReceiveTimeout(5_000);
                template.convertAndSend("orders", "one espresso");
                assertThat(template.receiveAndConvert("orders")).isEqualTo("one espresso");
                assertThat(context.getBean(Namespace.class).partitions()).isEqualTo(3);
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static void initialize(ApplicationContextInitializer<?> initializer, GenericApplicationContext context) {
        ((ApplicationContextInitializer<GenericApplicationContext>) initializer).initialize(context);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
