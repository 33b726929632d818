/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.destination;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.TemporaryQueue;
import org.jspecify.annotations.Nullable;

/**
 * A queue that lives as long as the connection that made it (rule W6).
 *
 * <p>Immutable, thread safe.
 */
public final class PeeklockTemporaryQueue extends PeeklockQueue implements TemporaryQueue {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable TemporaryDestinationOwner owner;

    /**
     * @param owner the connection that made it, or one on which it was received and which deletes it if it is its own;
     *     null where there is none
     */
    public PeeklockTemporaryQueue(String name, @Nullable TemporaryDestinationOwner owner) {
        super(name);
        this.owner = owner;
    }

    /** The connection that made it, if it is known here: only its sessions may consume. */
    public @Nullable TemporaryDestinationOwner owner() {
        return owner;
    }

    @Override
    public void delete() throws JMSException {
        TemporaryDestinationOwner creator = owner;
        if (creator == null) {
            throw new IllegalStateException(this + " can only be deleted through the connection that made it");
        }
        creator.delete(this);
    }

    @Override
    String prefix() {
        return TEMPORARY_QUEUE;
    }
}
