/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.jms.destination.PeeklockDestination;
import io.peeklock.jms.destination.PeeklockTemporaryQueue;
import io.peeklock.jms.destination.PeeklockTemporaryTopic;
import io.peeklock.jms.destination.TemporaryDestinationOwner;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.ResourceAllocationException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary queues and topics of one connection (rule W6): makes them, knows their consumers, and takes them away
 * with the connection.
 *
 * <p>Thread safe. Its lock is held for moments, never while the bus is waited for.
 */
final class TemporaryDestinations implements TemporaryDestinationOwner {

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryDestinations.class);

    /** Instead of a number of consumers, while it is being deleted. */
    private static final int GOING = -1;

    private final Namespace namespace;
    private final SessionSettings settings;
    private final String namePrefix;

    private final ReentrantLock lock = new ReentrantLock();
    /** How many consumers each has. */
    private final Map<EntityPath, Integer> consumers = new HashMap<>();

    private long lastNumber;
    private boolean closed;

    TemporaryDestinations(Namespace namespace, SessionSettings settings, String connectionId) {
        this.namespace = namespace;
        this.settings = settings;
        this.namePrefix = NewEntities.TEMPORARY_PREFIX + connectionId + "/";
    }

    PeeklockTemporaryQueue createQueue() throws JMSException {
        PeeklockTemporaryQueue queue = new PeeklockTemporaryQueue(nextName(), this);
        create(queue.path(), namespace.createQueue(settings.entities().temporaryQueue(queue.name())));
        return queue;
    }

    PeeklockTemporaryTopic createTopic() throws JMSException {
        PeeklockTemporaryTopic topic = new PeeklockTemporaryTopic(nextName(), this);
        create(topic.path(), namespace.createTopic(settings.entities().temporaryTopic(topic.name())));
        return topic;
    }

    /** Unique for ever: a reply that comes after a restart must not find somebody else's queue. */
    private String nextName() throws JMSException {
        lock.lock();
        try {
            requireRoom();
            return namePrefix + ++lastNumber;
        } finally {
            lock.unlock();
        }
    }

    private void requireRoom() throws JMSException {
        if (closed) {
            throw JmsExceptions.closed("connection");
        }
        if (consumers.size() >= settings.maxTemporaryDestinations()) {
            throw new ResourceAllocationException(
                    "the connection has " + consumers.size()
                            + " temporary destinations, as many as it may; delete those that are not needed any more",
                    ErrorCode.QuotaExceeded.name());
        }
    }

    private void create(EntityPath path, CompletableFuture<?> created) throws JMSException {
        Waits.answerOrUndo(
                created, settings.operationTimeout(), "creating the temporary " + path.kind(), () -> removeLater(path));
        lock.lock();
        try {
            if (!closed) {
                consumers.put(path, 0);
                return;
            }
        } finally {
            lock.unlock();
        }
        removeLater(path);
        throw JmsExceptions.closed("connection");
    }

    /**
     * A consumer is opened on a temporary destination.
     *
     * @throws InvalidDestinationException if it is another connection's, or deleted
     */
    ConsumerShare consume(EntityPath consumed) throws JMSException {
        // Its dead-letter queue belongs to it.
        EntityPath path = consumed.kind() == EntityKind.TOPIC ? consumed : EntityPath.queue(consumed.name());
        lock.lock();
        try {
            Integer before = consumers.get(path);
            if (before == null || before == GOING) {
                throw new InvalidDestinationException(
                        "the temporary " + path.kind() + " " + path + " is another connection's, or deleted;"
                                + " only the connection that made it may consume from it",
                        ErrorCode.EntityNotFound.name());
            }
            consumers.put(path, before + 1);
        } finally {
            lock.unlock();
        }
        return new ConsumerShare() {
            @Override
            public void closed(boolean settled) {
                leave(path);
            }

            @Override
            public void settled() {}
        };
    }

    private void leave(EntityPath path) {
        lock.lock();
        try {
            consumers.computeIfPresent(path, (same, count) -> count - 1);
        } finally {
            lock.unlock();
        }
    }

    /** Deletes one; nothing happens if it is deleted already, by a call or with its connection. */
    @Override
    public void delete(PeeklockDestination destination) throws JMSException {
        EntityPath path = Destinations.path(destination);
        if (!path.name().startsWith(namePrefix)) {
            throw JmsExceptions.invalidOperation(
                    destination + " can only be deleted through the connection that made it");
        }
        lock.lock();
        try {
            Integer count = consumers.get(path);
            if (count == null) {
                return;
            }
            if (count > 0) {
                throw JmsExceptions.invalidOperation("the temporary " + path.kind() + " " + path + " has " + count
                        + " consumers; close them before deleting it");
            }
            consumers.put(path, GOING);
        } finally {
            lock.unlock();
        }
        CompletableFuture<Void> removed = remove(path);
        removed.whenComplete((nothing, failure) -> gone(path, failure == null));
        Waits.answer(removed, settings.operationTimeout(), "deleting the temporary " + path.kind());
    }

    /** What could not be deleted is there, to be used or deleted once more. */
    private void gone(EntityPath path, boolean deleted) {
        lock.lock();
        try {
            consumers.computeIfPresent(path, (same, count) -> deleted ? null : Math.max(count, 0));
        } finally {
            lock.unlock();
        }
    }

    /** The connection is closed, and with it every consumer. Nobody can send to one after this. */
    void close() {
        List<EntityPath> left;
        lock.lock();
        try {
            closed = true;
            left = new ArrayList<>(consumers.keySet());
            consumers.clear();
        } finally {
            lock.unlock();
        }
        CompletableFuture<?>[] removed = left.stream().map(this::remove).toArray(CompletableFuture[]::new);
        try {
            Waits.answer(
                    CompletableFuture.allOf(removed), settings.operationTimeout(), "deleting temporary destinations");
        } catch (JMSException e) {
            // Volatile as they are, they go with the broker at the latest; the connection closes all the same.
            LOG.warn("of {} temporary destinations of a closed connection not all are deleted", left.size(), e);
        }
    }

    /** Nobody waits for it. */
    private void removeLater(EntityPath path) {
        remove(path).whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.warn("the temporary {} {} could not be deleted", path.kind(), path, failure);
            }
        });
    }

    /** What is gone already need not be removed. */
    private CompletableFuture<Void> remove(EntityPath path) {
        CompletableFuture<Void> removed = path.kind() == EntityKind.TOPIC
                ? namespace.deleteTopic(path.name())
                : namespace.deleteQueue(path.name());
        return removed.exceptionallyCompose(failure -> JmsExceptions.isA(ErrorCode.EntityNotFound, failure)
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(failure));
    }
}
