/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;

/**
 * The broker of the properties {@code peeklock.*}.
 *
 * <p>Immutable.
 */
final class PropertiesConnectionDetails implements PeeklockConnectionDetails {

    private static final Logger LOG = LoggerFactory.getLogger(PropertiesConnectionDetails.class);

    private final String url;
    private final @Nullable String user;
    private final @Nullable String password;

    /** @throws MutuallyExclusiveConfigurationPropertiesException if the store is named twice */
    PropertiesConnectionDetails(PeeklockProperties properties) {
        MutuallyExclusiveConfigurationPropertiesException.throwIfMultipleNonNullValuesIn(entries -> {
            entries.put("peeklock.url", properties.url());
            entries.put("peeklock.directory", properties.directory());
        });
        this.url = url(properties);
        this.user = properties.user();
        this.password = properties.password();
    }

    private static String url(PeeklockProperties properties) {
        if (properties.url() != null) {
            return properties.url();
        }
        if (properties.directory() != null) {
            return "peeklock:file:" + encode(properties.directory());
        }
        LOG.warn("Peeklock keeps the messages of this application in memory, and they are lost when it ends."
                + " To keep them, set peeklock.directory; if memory it is to be, peeklock.url=peeklock:mem:<name>");
        // Of its own: two applications, or two tests, in one process do not see each other's messages.
        return "peeklock:mem:" + UUID.randomUUID();
    }

    /** As a URL of ours has it, where a plus is a plus. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
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
