/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import jakarta.jms.JMSRuntimeException;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What dissociated handles hold, to be closed when an application has dropped the handle without closing it: the server does not do
 * that for them.
 *
 * <p>Thread safe. It has no thread of its own: it is looked after when other connections come and go.
 */
final class DroppedHandles {

    private static final Logger LOG = LoggerFactory.getLogger(DroppedHandles.class);

    private final ReferenceQueue<ConnectionHandle> queue = new ReferenceQueue<>();
    private final Map<Reference<?>, PhysicalConnection> watched = new ConcurrentHashMap<>();

    /** Of a handle that is being dissociated. */
    Reference<?> watch(ConnectionHandle handle, PhysicalConnection connection) {
        Reference<?> watch = new PhantomReference<>(handle, queue);
        watched.put(watch, connection);
        return watch;
    }

    /** The handle is not dissociated any more. */
    void forget(Reference<?> watch) {
        watched.remove(watch);
    }

    /** Closes what nobody can use any more. */
    void closeAll() {
        for (Reference<?> next = queue.poll(); next != null; next = queue.poll()) {
            PhysicalConnection left = watched.remove(next);
            if (left != null) {
                LOG.debug("A connection was not closed by the application that had it");
                try {
                    left.close();
                } catch (JMSRuntimeException | LinkageError e) {
                    LOG.debug("Closing {} failed", left, e);
                }
            }
        }
    }
}
