/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Contexts with the auto-configurations of the version of Spring Boot that is on the class path. */
final class Contexts {

    private static final List<String> JMS = List.of(
            "org.springframework.boot.jms.autoconfigure.JmsAutoConfiguration",
            "org.springframework.boot.autoconfigure.jms.JmsAutoConfiguration");

    private Contexts() {}

    /** With Peeklock and Spring's JMS. */
    static ApplicationContextRunner withJms(Class<?>... others) {
        Stream<Class<?>> all = Stream.concat(Stream.of(PeeklockAutoConfiguration.class, oneOf(JMS)), Stream.of(others));
        return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(all.toArray(Class<?>[]::new)));
    }

    /** The class that is there under one of its names. */
    static Class<?> oneOf(List<String> names) {
        for (String name : names) {
            try {
                return Class.forName(name);
            } catch (ClassNotFoundException e) {
                // That of the other version.
            }
        }
        throw new AssertionError("none of " + names);
    }
}
