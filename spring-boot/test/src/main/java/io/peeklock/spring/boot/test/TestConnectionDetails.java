/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

import io.peeklock.spring.boot.PeeklockConnectionDetails;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.PropertyResolver;

/**
 * Names the namespace of one application context: one in memory that nobody else has, with the user of the properties.
 *
 * <p>Immutable.
 */
final class TestConnectionDetails implements PeeklockConnectionDetails {

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final String url;
    private final @Nullable String user;
    private final @Nullable String password;

    TestConnectionDetails(String options, PropertyResolver properties) {
        String name = "peeklock:mem:spring-test-" + NUMBERS.incrementAndGet();
        url = options.isEmpty() ? name : name + "?" + options;
        user = properties.getProperty("peeklock.user");
        password = properties.getProperty("peeklock.password");
    }

    @Override
    public String getUrl() {
        return url;
    }

    @Override
    public @Nullable String getUser() {
        return user;
    }

    @Override
    public @Nullable String getPassword() {
        return password;
    }
}
