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
 * A queue that a test class, or a test that has a namespace of its own, finds in its namespace. A plain queue needs none: it is
 * created on first use. What is left out has the default of the namespace's options; what cannot be said here can in a {@code
 * Config.json}. Durations are written {@code 10s}, {@code 5min} or {@code PT10S}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Repeatable(WithQueue.All.class)
public @interface WithQueue {

    /** Its name. */
    String value();

    boolean partitioned() default false;

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

    /** For how long message ids are remembered, so that a message sent twice is dropped. */
    String duplicateDetectionWindow() default "";

    /** Several of them. */
    @Documented
    @Inherited
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    @interface All {
        WithQueue[] value();
    }
}
