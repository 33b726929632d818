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

/**
 * Puts a namespace in memory in the place of the broker with which an application is configured, for its tests: beside {@code
 * @SpringBootTest}, for example. The other properties of {@code peeklock.*} hold, but for those of a disk.
 *
 * <p>Beans to inject: {@code TestNamespace}, and with {@link #manualClock} {@code TestClock}, which is then the primary {@code
 * java.time.Clock} too. When a test fails, what was in the namespace is added to the failure, as a suppressed exception.
 *
 * <p>Each application context has a namespace of its own. Test classes with the same configuration share a context, and its
 * namespace, which is then put back between them to what it was when the context was ready, without messages.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface AutoConfigurePeeklock {

    /** Whether its clock stands until a test moves it, by {@code TestNamespace.advance} or a {@code TestClock}. */
    boolean manualClock() default false;

    /** Options of its URL, with {@code &} between: {@code partitions=4&lockRenewal=0}. No property may set the same. */
    String options() default "";

    /** When it is put back to what it was when the context was ready: that of the test class, not of one nested in it. */
    ResetMode reset() default ResetMode.BEFORE_CLASS;
}
