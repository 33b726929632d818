/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A subscription, and its topic, that a test class, or a test that has a namespace of its own, finds in its namespace, as an
 * administrator would have made it: a shared durable consumer of its name opens it, or a queue consumer of {@code
 * topic/Subscriptions/name}. As {@link WithQueue} in the rest.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Repeatable(WithSubscription.All.class)
public @interface WithSubscription {

    /** The topic's name. */
    String topic();

    /** Its name. */
    String value();

    /** What it takes, as a message selector; empty for everything. */
    String selector() default "";

    /** Whether each message belongs to a session. */
    boolean sessionRequired() default false;

    /** 1 s to 5 min. */
    String lockDuration() default "";

    /** After how many failed deliveries a message is dead-lettered; 0 for the default. */
    int maxDeliveryCount() default 0;

    /** Of messages that have none, or a longer one. */
    String timeToLive() default "";

    /** Whether messages that expire are dead-lettered. */
    boolean deadLetterOnExpiry() default false;

    /** Several of them. */
    @Documented
    @Inherited
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    @interface All {
        WithSubscription[] value();
    }
}
