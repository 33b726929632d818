/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.administration.AppliedChanges;
import io.peeklock.administration.EntityFile;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the file of entities to a broker that is being opened, before anybody is let in.
 *
 * <p>Has no state; blocks a thread that may wait for files.
 */
final class ConfiguredEntities {
    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredEntities.class);

    private ConfiguredEntities() {}

    /**
     * Makes the namespace as the file says; what it does not name stays.
     *
     * @throws BrokerException InvalidOperation saying everything that is wrong with the file, or why it cannot be read; or
     *     what kept a change from being made
     */
    static void apply(Path file, Namespace bus) {
        AppliedChanges applied;
        try {
            applied = EntityFile.read(file).applyTo(bus, EntityFile.Others.KEEP).join();
        } catch (IOException e) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "the file of the option configFile, " + file + ", cannot be read: " + e,
                    e);
        } catch (CompletionException e) {
            throw e.getCause() instanceof BrokerException cause ? cause : e;
        }
        applied.changes().forEach(change -> LOG.debug("{}: {} {}", file, change.kind(), change.what()));
        LOG.info("{} was applied: {} changes", file, applied.changes().size());
    }
}
