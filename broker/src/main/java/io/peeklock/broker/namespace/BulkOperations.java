/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static java.util.Objects.requireNonNull;

import io.peeklock.broker.BulkOperation;
import io.peeklock.broker.DeadLetterProperties;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.entity.Definitions;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.partition.SequenceNumbers;
import io.peeklock.broker.partition.Sweep;
import io.peeklock.broker.routing.PartitionKeys;
import java.util.concurrent.CompletableFuture;

/**
 * Begins what an administrator does with many messages.
 *
 * <p>Thread safe. What cannot be is thrown at once.
 */
final class BulkOperations {
    private final PartitionSet partitions;
    private final Definitions definitions;

    BulkOperations(PartitionSet partitions, Definitions definitions) {
        this.partitions = partitions;
        this.definitions = definitions;
    }

    /** A topic has what waits there for its time. */
    BulkOperation purge(EntityPath source, MessageSelection selection) {
        requireNonNull(source, "source");
        return start(Sweep.Action.PURGE, source, selection);
    }

    BulkOperation redrive(EntityPath source, MessageSelection selection) {
        requireNonNull(source, "deadLetterQueue");
        requireDeadLetters(source);
        return start(Sweep.Action.REDRIVE, source, selection);
    }

    /** One dead letter, edited. */
    CompletableFuture<Long> resubmit(EntityPath source, long number, Message edited) {
        requireDeadLetters(source);
        EntityDefinition definition = definitions.require(source);
        Sending.requireSize(edited, definition);
        EntityRoute route = partitions.use(definition);
        int partition = route.isPartitioned() ? SequenceNumbers.partition(number) : route.homePartition();
        int keyed = PartitionKeys.partitionOf(edited, route.detectsDuplicates(), partitions.count())
                .orElse(partition);
        if (!route.liesIn(partition)) {
            throw new BrokerException(
                    ErrorCode.MessageNotFound,
                    "nothing was resubmitted: no partition gives out the sequence number " + number);
        }
        if (route.isPartitioned() && keyed != partition) {
            return Unwrapping.unwrapped(partitions
                    .get(keyed)
                    .reserveNumber(route.entityId())
                    .thenCompose(reserved ->
                            partitions.get(partition).resubmit(route.entityId(), number, edited, reserved)));
        }
        return partitions.get(partition).resubmit(route.entityId(), number, edited, 0);
    }

    private static void requireDeadLetters(EntityPath source) {
        if (!source.deadLetter()) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "dead letters go back out of a dead-letter queue: name " + source
                            + (source.kind() == EntityKind.TOPIC
                                    ? "/Subscriptions/<name>/$deadletterqueue"
                                    : "/$deadletterqueue"));
        }
    }

    BulkOperation move(
            EntityPath source, EntityPath destination, MessageSelection selection, DeadLetterProperties properties) {
        requireNonNull(properties, "properties");
        requireNonNull(selection, "selection");
        EntityDefinition from = definitions.require(requireNonNull(source, "source"));
        EntityDefinition to = definitions.require(requireNonNull(destination, "destination"));
        String wrong = null;
        if (destination.deadLetter()) {
            wrong = "messages are not moved into dead-letter queues: dead-letter them where they are received";
        } else if (source.kind() == EntityKind.TOPIC) {
            wrong = "topic '" + source + "' holds no messages that could be moved: move those of its subscriptions";
        } else if (from.id() == to.id()) {
            wrong = "the messages are in " + destination + " already: "
                    + (source.deadLetter() ? "re-drive these dead letters instead" : "name another destination");
        } else if (from.temporary() || to.temporary()) {
            wrong = "messages are not moved out of temporary entities, nor to them";
        }
        if (wrong != null) {
            throw new BrokerException(ErrorCode.InvalidOperation, wrong);
        }
        BrokerException disabled = to.sendRefusal();
        if (disabled != null) {
            throw disabled;
        }
        partitions.use(to);
        Sweep.Action action = properties == DeadLetterProperties.KEEP ? Sweep.Action.MOVE : Sweep.Action.MOVE_CLEAN;
        return new BulkWork(partitions.all(), partitions.use(from), action, to, source.deadLetter(), selection).start();
    }

    private BulkOperation start(Sweep.Action action, EntityPath source, MessageSelection selection) {
        requireNonNull(selection, "selection");
        EntityDefinition definition = definitions.require(source);
        BrokerException disabled = action == Sweep.Action.PURGE ? null : definition.sendRefusal();
        if (disabled != null) {
            throw disabled;
        }
        EntityRoute route = partitions.use(definition);
        return new BulkWork(partitions.all(), route, action, null, source.deadLetter(), selection).start();
    }
}
