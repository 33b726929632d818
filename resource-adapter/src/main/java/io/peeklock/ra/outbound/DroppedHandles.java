/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

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

    /** Waits for the end of one handle. */
    final class Watch extends PhantomReference<ConnectionHandle> {

        private Watch(ConnectionHandle handle) {
            super(handle, queue);
        }

        /** The handle is not dissociated any more. */
        void end() {
            watched.remove(this);
        }
    }

    /** Of a handle that is being dissociated. */
    Watch watch(ConnectionHandle handle, PhysicalConnection connection) {
        Watch watch = new Watch(handle);
        watched.put(watch, connection);
        return watch;
    }

    /** Closes what nobody can use any more; that this fails is nothing to those who come and go. */
    void closeAll() {
        for (Reference<?> next = queue.poll(); next != null; next = queue.poll()) {
            PhysicalConnection left = watched.remove(next);
            if (left != null) {
                LOG.debug("A connection was not closed by the application that had it");
                try {
                    left.close();
                } catch (RuntimeException | Error e) {
                    LOG.debug("Closing {} failed", left, e);
                }
            }
        }
    }
}
