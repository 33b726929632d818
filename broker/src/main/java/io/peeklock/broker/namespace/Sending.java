/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.entity.Definitions;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.partition.SequenceNumbers;
import io.peeklock.broker.partition.Submission;
import io.peeklock.broker.routing.PartitionKeys;
import io.peeklock.broker.runtime.BusRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Finds the partition that a message goes to, and hands it over (rules P3 to P7).
 *
 * <p>Thread safe. What cannot be sent is thrown at once.
 */
final class Sending {
    /** Properties together (rule Q2). */
    private static final int MAX_PROPERTIES_BYTES = 64 * 1024;

    private final PartitionSet partitions;
    private final Definitions definitions;
    private final BusRuntime runtime;
    private final long timeoutNanos;

    Sending(PartitionSet partitions, Definitions definitions, BusRuntime runtime, Duration timeout) {
        this.partitions = partitions;
        this.definitions = definitions;
        this.runtime = runtime;
        this.timeoutNanos = timeout.toNanos();
    }

    /** @param scheduledMs wall time at which it is to be enqueued, 0 to send it now */
    CompletableFuture<Long> send(EntityPath destination, Message message, long scheduledMs) {
        EntityRoute route = sendable(destination, message);
        int partition = partitionOf(route, message);
        Submission submission = new Submission(route.entityId(), message, scheduledMs, 0);
        return partition >= 0
                ? partitions.get(partition).send(submission)
                : new UnkeyedSend(partitions, runtime, route, submission, timeoutNanos).start();
    }

    CompletableFuture<Long> reserveNumber(EntityPath destination, int partition) {
        EntityRoute route = partitions.route(definitions.require(destination));
        // Whether it may be sent to is asked of the message that comes.
        requireIn(route, destination, partition);
        return partitions.get(partition).reserveNumber(route.entityId());
    }

    /** Cancels what is there, partition by partition; fails if there is a number that is not (rule N3). */
    CompletableFuture<Void> cancelScheduled(EntityPath destination, Collection<Long> sequenceNumbers) {
        EntityDefinition definition = definitions.require(destination);
        BrokerException disabled = definition.sendRefusal();
        if (disabled != null) {
            throw disabled;
        }
        EntityRoute route = partitions.route(definition);
        List<Long> missing = new ArrayList<>();
        Map<Integer, List<Long>> byPartition = new TreeMap<>();
        for (long number : new LinkedHashSet<>(sequenceNumbers)) {
            int partition = route.isPartitioned() ? SequenceNumbers.partition(number) : route.homePartition();
            if (partition < partitions.count() && !destination.deadLetter()) {
                byPartition.computeIfAbsent(partition, p -> new ArrayList<>()).add(number);
            } else {
                missing.add(number);
            }
        }
        CompletableFuture<List<Long>> all = CompletableFuture.completedFuture(missing);
        for (Map.Entry<Integer, List<Long>> part : byPartition.entrySet()) {
            CompletableFuture<List<Long>> cancelled =
                    partitions.get(part.getKey()).cancelScheduled(route.entityId(), part.getValue());
            all = all.thenCombine(cancelled, (before, more) -> {
                List<Long> both = new ArrayList<>(before);
                both.addAll(more);
                return both;
            });
        }
        return all.thenAccept(notThere -> {
            if (!notThere.isEmpty()) {
                throw new BrokerException(
                        ErrorCode.MessageNotFound,
                        "no scheduled messages of " + destination + " have the sequence numbers " + notThere
                                + ": they were enqueued or cancelled before; the others are cancelled");
            }
        });
    }

    static void requireIn(EntityRoute route, EntityPath destination, int partition) {
        if (!route.liesIn(partition)) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    destination + " lies in partition " + route.homePartition() + ", the transaction is in partition "
                            + partition);
        }
    }

    int partitionOf(EntityPath destination, Message message) {
        return partitionOf(sendable(destination, message), message);
    }

    private int partitionOf(EntityRoute route, Message message) {
        int keyed = PartitionKeys.partitionOf(message, route.detectsDuplicates(), partitions.count())
                .orElse(-1);
        return route.isPartitioned() ? keyed : route.homePartition();
    }

    /**
     * The way to an entity that takes this message now.
     *
     * @throws BrokerException if it does not
     */
    EntityRoute sendable(EntityPath destination, Message message) {
        if (destination.deadLetter()) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    destination + " cannot be sent to: messages come there when they are dead-lettered");
        }
        if (destination.kind() == EntityKind.SUBSCRIPTION) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    destination + " cannot be sent to: send to its topic, '" + destination.name() + "'");
        }
        EntityDefinition definition = definitions.require(destination);
        BrokerException disabled = definition.sendRefusal();
        if (disabled != null) {
            throw disabled;
        }
        requireSize(message, definition);
        requireSession(message, definition);
        return partitions.use(definition);
    }

    /** Rules Q1 and Q2; here too, not only in the partition, so that a transaction refuses it when it is staged. */
    static void requireSize(Message message, EntityDefinition definition) {
        if (message.propertiesBytes() > MAX_PROPERTIES_BYTES) {
            throw new BrokerException(
                    ErrorCode.MessageSizeExceeded,
                    "the message's properties have " + message.propertiesBytes() + " bytes, at most "
                            + MAX_PROPERTIES_BYTES + " are allowed: put large values into the body");
        }
        if (message.sizeBytes() > definition.maxMessageBytes()) {
            throw new BrokerException(
                    ErrorCode.MessageSizeExceeded,
                    "the message has " + message.sizeBytes() + " bytes with its properties, " + definition.name()
                            + " takes " + definition.maxMessageBytes()
                            + ": make it smaller or raise maxMessageBytes of the "
                            + definition.kind() + " (updateQueue, updateTopic; the option maxMessageSize counts only"
                            + " for new ones)");
        }
    }

    /** Rule G1. */
    private static void requireSession(Message message, EntityDefinition definition) {
        if (message.sessionId() == null && definition.settings().options().sessionRequired()) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    definition.name() + " requires sessions, and the message has none: set JMSXGroupID");
        }
    }
}
