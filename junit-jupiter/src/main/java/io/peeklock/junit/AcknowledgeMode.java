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

/** The session mode of a parameter of type {@code JMSContext} or {@code BusContext}, which is AUTO_ACKNOWLEDGE without it. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface AcknowledgeMode {

    /** {@code JMSContext.CLIENT_ACKNOWLEDGE}, {@code SESSION_TRANSACTED} and so on, or {@code BusSession}'s. */
    int value();
}
