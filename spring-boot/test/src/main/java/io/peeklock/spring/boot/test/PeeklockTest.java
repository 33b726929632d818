/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of an application's messaging alone: its {@code @JmsListener}s, {@code JmsTemplate} and what they are configured with,
 * on a namespace in memory, and nothing else of Spring Boot's auto-configuration.
 *
 * <p>Of the application's components those are there that have a {@code @JmsListener} method, or those that {@link #listeners}
 * names; what they need is imported, or mocked. With the whole application use {@code @SpringBootTest} and {@link
 * AutoConfigurePeeklock}, which has the rest of what this does.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@BootstrapWith(PeeklockTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@ImportAutoConfiguration
@AutoConfigurePeeklock
public @interface PeeklockTest {

    /** Properties of the environment, {@code key=value}. */
    String[] properties() default {};

    /** The application's components that listen; all if none is named. */
    @AliasFor("listeners")
    Class<?>[] value() default {};

    /** As {@link #value}. */
    @AliasFor("value")
    Class<?>[] listeners() default {};

    /** As {@link AutoConfigurePeeklock#manualClock}. */
    @AliasFor(annotation = AutoConfigurePeeklock.class)
    boolean manualClock() default false;

    /** As {@link AutoConfigurePeeklock#options}. */
    @AliasFor(annotation = AutoConfigurePeeklock.class)
    String options() default "";

    /** As {@link AutoConfigurePeeklock#reset}. */
    @AliasFor(annotation = AutoConfigurePeeklock.class)
    ResetMode reset() default ResetMode.BEFORE_CLASS;
}
