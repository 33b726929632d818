/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.LockToken;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.entity.Definitions;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.routing.PartitionKeys;
import io.peeklock.broker.runtime.BusRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Finds the partition that a message goes to, alone or in a transaction, and hands it over (rules P3 to P7).
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

    CompletableFuture<Long> send(EntityPath destination, Message message) {
        EntityRoute route = sendable(destination, message);
        int partition = partitionOf(route, message);
        return partition >= 0
                ? partitions.get(partition).send(route.entityId(), message)
                : new UnkeyedSend(partitions, runtime, route, message, timeoutNanos).start();
    }

    int partitionOf(EntityPath destination, Message message) {
        return partitionOf(sendable(destination, message), message);
    }

    private int partitionOf(EntityRoute route, Message message) {
        int keyed =
                PartitionKeys.partitionOf(message, false, partitions.count()).orElse(-1);
        return route.isPartitioned() ? keyed : route.homePartition();
    }

    private EntityRoute sendable(EntityPath destination, Message message) {
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
        requireSize(message, definition);
        return partitions.route(definition);
    }

    /** Rules Q1 and Q2; here too, not only in the partition, so that a transaction refuses it when it is staged. */
    private static void requireSize(Message message, EntityDefinition definition) {
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

    CompletableFuture<Void> commit(PartitionCommit work) {
        List<Partition.Staged> staged = new ArrayList<>(work.sends().size());
        for (OutgoingMessage send : work.sends()) {
            EntityRoute route = sendable(send.destination(), send.message());
            if (!route.liesIn(work.partition())) {
                throw new BrokerException(
                        ErrorCode.InvalidOperation,
                        send.destination() + " lies in partition " + route.homePartition()
                                + ", the transaction is in partition " + work.partition());
            }
            staged.add(new Partition.Staged(route.entityId(), send.message()));
        }
        for (LockToken token : work.completes()) {
            if (token.partition() != work.partition()) {
                throw new BrokerException(
                        ErrorCode.InvalidOperation,
                        "message " + token.sequenceNumber() + " lies in partition " + token.partition()
                                + ", the transaction is in partition " + work.partition());
            }
        }
        return partitions.get(work.partition()).commit(staged, work.completes());
    }
}
