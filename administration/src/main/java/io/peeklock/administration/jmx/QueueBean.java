/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

import io.peeklock.broker.BulkOperation;
import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.QueueActivity;
import io.peeklock.broker.entity.EntityPath;

/** A queue or subscription. Immutable, thread safe. */
record QueueBean(Source source, EntityPath path) implements QueueMXBean {

    private EntityStatistics now() {
        return source.entity(path);
    }

    private QueueActivity activity() {
        return now().queue().activity();
    }

    @Override
    public long getActive() {
        return now().queue().active().messages();
    }

    @Override
    public long getLocked() {
        return now().queue().locked().messages();
    }

    @Override
    public long getDeferred() {
        return now().queue().deferred().messages();
    }

    @Override
    public long getScheduled() {
        return now().queue().scheduled().messages();
    }

    @Override
    public long getDeadLetters() {
        return now().deadLetterQueue().total().messages();
    }

    @Override
    public long getSizeBytes() {
        return now().sizeBytes();
    }

    @Override
    public long getOldestActiveAgeMillis() {
        return now().queue().oldestAge().toMillis();
    }

    @Override
    public long getOldestDeadLetterAgeMillis() {
        return now().deadLetterQueue().oldestAge().toMillis();
    }

    @Override
    public int getSessions() {
        return now().sessions();
    }

    @Override
    public int getHeldSessions() {
        return now().heldSessions();
    }

    @Override
    public int getUnavailablePartitions() {
        return now().unavailablePartitions();
    }

    @Override
    public long getEnqueued() {
        return activity().enqueued();
    }

    @Override
    public long getDelivered() {
        return activity().delivered();
    }

    @Override
    public long getRedelivered() {
        return activity().redelivered();
    }

    @Override
    public long getCompleted() {
        return activity().completed();
    }

    @Override
    public long getAbandoned() {
        return activity().abandoned();
    }

    @Override
    public long getDeadLettered() {
        return activity().deadLettered();
    }

    @Override
    public long getExpired() {
        return activity().expired();
    }

    @Override
    public long getLocksLost() {
        return activity().locksLost();
    }

    @Override
    public long redriveDeadLetters() {
        return done(source.namespace().redriveMessages(path.deadLetterQueue(), MessageSelection.ALL), "the re-drive");
    }

    @Override
    public long purgeDeadLetters() {
        return done(source.namespace().purgeMessages(path.deadLetterQueue(), MessageSelection.ALL), "the purge");
    }

    private long done(BulkOperation operation, String what) {
        return source.await(operation.result(), what + " of " + path.deadLetterQueue())
                .done();
    }
}
