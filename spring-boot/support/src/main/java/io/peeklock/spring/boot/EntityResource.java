/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import io.peeklock.administration.ConfigException;
import io.peeklock.administration.EntityFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.ResourceLoader;

/**
 * The file of entities where it is a resource of the class path, and so not one that the provider could read.
 *
 * <p>Has no state; blocks.
 */
final class EntityResource {

    private static final Logger LOG = LoggerFactory.getLogger(EntityResource.class);
    private static final String PROPERTY = "peeklock.config-file";

    private EntityResource() {}

    /**
     * What {@code peeklock.config-file} names; null if that is a path, or not set.
     *
     * @throws InvalidPeeklockPropertyException if there is no such resource, or something is wrong with it
     */
    static @Nullable EntityFile read(PeeklockProperties properties, ResourceLoader resources) {
        String location = properties.configFile();
        if (location == null || !ConfiguredSettings.isResource(location)) {
            return null;
        }
        try {
            return EntityFile.parse(resources.getResource(location).getContentAsString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new InvalidPeeklockPropertyException(PROPERTY, location + " cannot be read: " + e.getMessage());
        } catch (ConfigException e) {
            throw new InvalidPeeklockPropertyException(PROPERTY, location + ": " + e.getMessage());
        }
    }

    /**
     * Makes the bus as the file says; what it does not name stays. Closes the bus if that cannot be done.
     *
     * @throws InvalidPeeklockPropertyException saying what is wrong with it
     */
    static void apply(EntityFile entities, PeeklockBus bus) {
        boolean done = false;
        try {
            int changes = entities.applyTo(bus.namespace(), EntityFile.Others.KEEP)
                    .join()
                    .changes()
                    .size();
            LOG.info("The entities of {} were applied: {} changes", PROPERTY, changes);
            done = true;
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new InvalidPeeklockPropertyException(PROPERTY, String.valueOf(cause.getMessage()));
        } finally {
            if (!done) {
                bus.close();
            }
        }
    }
}
