/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test, or each class, a namespace in memory of its own, which is closed with all that was opened for it when the
 * test or the class has ended.
 *
 * <p>Parameters of constructors, life cycle methods and tests may be of the types {@code TestNamespace} (the namespace itself,
 * with its URL), {@code TestClock}, {@code Namespace}, {@code ConnectionFactory} and its kinds, {@code XAConnectionFactory}, {@code
 * Connection} (started), {@code JMSContext} (see {@link AcknowledgeMode}), and, with {@link EntityName}, {@code Queue} and {@code
 * Topic}. All parameters of one test are of one namespace; connections and contexts are new ones for each parameter.
 *
 * <p>Queues and subscriptions are declared by {@code @WithQueue} and {@code @WithSubscription} beside this annotation (where each
 * test has its namespace, at the test too) or by {@link #configFile}. Nested classes use the namespace of the class around them, unless
 * they have this annotation too. Tests may run in parallel.
 *
 * <p>When a test fails, what was in its namespace is added to the failure, as a suppressed exception.
 *
 * <p>Works with JUnit Jupiter 5.12 and later, and with 6. An annotation of your own may have this one as a meta-annotation.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@ExtendWith(PeeklockExtension.class)
public @interface UsePeeklock {

    /** Whether each test has a namespace of its own, or each class. */
    NamespaceScope scope() default NamespaceScope.TEST;

    /** Whether its clock stands until the test moves it, by {@code TestNamespace.advance} or a {@code TestClock}. */
    boolean manualClock() default false;

    /** Options of the namespace as in a URL, {@code partitions=4&defaultMaxDeliveryCount=3}; {@code docs/configuration.md} has them. */
    String options() default "";

    /**
     * A resource with queues, topics, subscriptions and rules, as the {@code Config.json} of the Service Bus emulator: beside the
     * annotated class, or from the root of the class path if it begins with a slash.
     */
    String configFile() default "";
}
