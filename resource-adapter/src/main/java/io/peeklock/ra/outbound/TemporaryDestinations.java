/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import jakarta.jms.JMSException;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary destinations that an application has made by one handle, and that end with it.
 *
 * <p>Thread safe.
 */
final class TemporaryDestinations {

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryDestinations.class);

    private final Set<Object> all = ConcurrentHashMap.newKeySet();

    void add(Object temporary) {
        all.add(temporary);
    }

    void deleteAll() {
        all.forEach(TemporaryDestinations::delete);
        all.clear();
    }

    private static void delete(Object temporary) {
        try {
            if (temporary instanceof TemporaryQueue queue) {
                queue.delete();
            } else {
                ((TemporaryTopic) temporary).delete();
            }
        } catch (JMSException e) {
            // Deleted by the application, or in use elsewhere: it ends with the managed connection.
            LOG.debug("{} was not deleted with its connection", temporary, e);
        }
    }
}
