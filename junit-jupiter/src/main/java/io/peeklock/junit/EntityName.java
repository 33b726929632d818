/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The name of the queue or topic that a parameter of type {@code Queue} or {@code Topic} stands for. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface EntityName {

    /** As a session's {@code createQueue} or {@code createTopic} takes it: {@code orders/$deadletterqueue} too. */
    String value();
}
