/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BulkOperation;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.entity.Definitions;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.Sweep;

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
        return start(Sweep.Action.PURGE, source, selection);
    }

    BulkOperation redrive(EntityPath source, MessageSelection selection) {
        if (!source.deadLetter()) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "dead letters are re-driven out of a dead-letter queue: name " + source
                            + (source.kind() == EntityKind.TOPIC
                                    ? "/Subscriptions/<name>/$deadletterqueue"
                                    : "/$deadletterqueue"));
        }
        return start(Sweep.Action.REDRIVE, source, selection);
    }

    private BulkOperation start(Sweep.Action action, EntityPath source, MessageSelection selection) {
        EntityDefinition definition = definitions.require(source);
        BrokerException disabled = action == Sweep.Action.PURGE ? null : definition.sendRefusal();
        if (disabled != null) {
            throw disabled;
        }
        EntityRoute route = partitions.use(definition);
        return new BulkWork(partitions.all(), route, action, source.deadLetter(), selection).start();
    }
}
