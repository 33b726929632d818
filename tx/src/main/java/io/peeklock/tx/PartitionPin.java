/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.routing.PartitionKeys;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Holds a transaction to one partition and one key (rules P9 to P11).
 *
 * <p>Guarded by its transaction's lock. A check that refuses changes nothing.
 */
final class PartitionPin {

    /** No partition yet. */
    static final int NONE = -1;

    private final Namespace namespace;
    private final boolean unkeyedSendsFollow;

    private int partition = NONE;
    private String reason = "";
    private @Nullable String key;

    PartitionPin(Namespace namespace, boolean unkeyedSendsFollow) {
        this.namespace = namespace;
        this.unkeyedSendsFollow = unkeyedSendsFollow;
    }

    int partition() {
        return partition;
    }

    /** Takes a send in, or refuses it. Returns the id of the entity it goes to. */
    long admit(EntityPath destination, Message message) {
        int target = namespace.partitionOf(destination, message);
        EntitySettings settings = settingsOf(destination);
        boolean partitioned = settings.partitioned();
        boolean detectsDuplicates = settings.options().detectsDuplicates();
        // As where it lies is found: one message id is one key, too, where duplicates are detected (rule P3).
        String sendKey =
                partitioned ? PartitionKeys.keyOf(message, detectsDuplicates).orElse(null) : null;
        if (partitioned && sendKey == null && !unkeyedSendsFollow) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "a send to " + destination
                            + ", which is partitioned, in a transaction needs a partition key; set JMS_SB_PartitionKey or"
                            + " JMSXGroupID");
        }
        if (sendKey != null && key != null && !sendKey.equals(key)) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "a transaction sends to partitioned queues and topics under one key: this one has key '" + key
                            + "' (partition " + partition + "), the message to " + destination + " has key '" + sendKey
                            + "' (partition " + target + "); commit first, or use one key");
        }
        if (target != NONE) {
            String what =
                    sendKey == null ? "a send to " + destination : "key '" + sendKey + "' of a send to " + destination;
            moveTo(target, what);
        }
        if (sendKey != null) {
            key = sendKey;
        }
        return settings.entityId();
    }

    /** What is known of an entity that is there is answered at once. */
    private EntitySettings settingsOf(EntityPath destination) {
        try {
            return namespace.resolve(destination, false).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof BrokerException gone ? gone : e;
        }
    }

    /** Takes in what lies in a partition already, or refuses it. */
    void admit(String what, int target) {
        moveTo(target, what);
    }

    /** Takes in a send without a key that goes to this partition, whatever lies there. */
    void admit(EntityPath destination, int target) {
        moveTo(target, "a send to " + destination);
    }

    /** Takes in a message that was received, or refuses it. */
    void admit(Delivery delivery, int target) {
        if (partition != target) {
            String itsKey = PartitionKeys.keyOf(delivery.message(), false)
                    .map(found -> " with key '" + found + "'")
                    .orElse("");
            moveTo(target, "a message received from " + delivery.entity() + itsKey);
        }
    }

    /** Refuses what would be work in a second partition. */
    private void moveTo(int target, String what) {
        if (partition == NONE) {
            partition = target;
            reason = what;
        } else if (partition != target) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "this transaction works in partition " + partition + " (" + reason + "), but " + what
                            + " belongs to partition " + target
                            + "; this version keeps a transaction in one partition: commit first, or use one key");
        }
    }
}
