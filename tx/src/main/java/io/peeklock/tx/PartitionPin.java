/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.routing.PartitionKeys;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a transaction does with partitioned entities to one partition and one key (rules P9 to P11); unpartitioned ones are
 * free (rule X4). Each branch of a global transaction has one, by its own session's settings; what is held they share.
 *
 * <p>Thread safe. A check that refuses changes nothing.
 */
final class PartitionPin {

    /** No partition yet. */
    static final int NONE = -1;

    private static final String WHAT_TO_DO =
            "; commit first, use one key, or let transactions span partitions with the option crossPartition=true";

    private static final Hold NOTHING = new Hold(NONE, null, new Work("", null));

    /**
     * @param key of which there may be no second one
     * @param work what tied it to the partition, for whoever is refused
     */
    private record Hold(int partition, @Nullable String key, Work work) {}

    /** Work as a refusal names it. */
    private record Work(String name, @Nullable String key) {
        String withKey() {
            return key == null ? name : name + " with key '" + key + "'";
        }
    }

    /**
     * Where a send goes.
     *
     * @param partition {@link #NONE} if any will do
     * @param entityId the entity it goes to
     * @param isHeld whether the entity is partitioned, so that the rule is about it
     * @param key the key of a send to a partitioned entity, null without one
     */
    record Place(
            int partition,
            long entityId,
            boolean isHeld,
            @Nullable String key) {}

    /** What is held, of all that share it. */
    private static final class Held {
        private final Turns turns = new Turns();
        private Hold hold = NOTHING;
    }

    private final boolean unkeyedSendsFollow;
    private final boolean crossPartition;
    private final Held shared;

    PartitionPin(TransactionSettings settings) {
        this(settings, new Held());
    }

    private PartitionPin(TransactionSettings settings, Held shared) {
        this.unkeyedSendsFollow = settings.unkeyedSendsFollow();
        this.crossPartition = settings.crossPartition();
        this.shared = shared;
    }

    /** Of another branch of the same global transaction. */
    PartitionPin within(TransactionSettings settings) {
        return new PartitionPin(settings, shared);
    }

    /** The partition that partitioned entities are held to. */
    int partition() {
        synchronized (shared) {
            return crossPartition ? NONE : shared.hold.partition();
        }
    }

    /** The key that partitioned entities are held to, null if there is none. */
    @Nullable
    String key() {
        synchronized (shared) {
            return crossPartition ? null : shared.hold.key();
        }
    }

    /**
     * Brings work into a partition that may go anywhere as long as nothing is held. One after the other, since where it lies in the
     * end is not known before a partition has taken it.
     */
    CompletableFuture<XaAnswer> whileNobodyElseChooses(Supplier<CompletableFuture<XaAnswer>> bringing) {
        boolean isFree = crossPartition || partition() != NONE;
        return isFree ? bringing.get() : shared.turns.take(bringing);
    }

    /** Work that might have gone anywhere lies in a partition now. */
    void taken(int partition) {
        synchronized (shared) {
            if (shared.hold.partition() == NONE) {
                shared.hold =
                        held(shared.hold, partition, null, new Work("sends without a key that are prepared", null));
            }
        }
    }

    /** Refuses a send, or says where it would go, and holds nothing. */
    Place check(Namespace namespace, EntityPath destination, Message message) {
        synchronized (shared) {
            int target = namespace.partitionOf(destination, message);
            EntitySettings settings = settingsOf(namespace, destination);
            if (!settings.partitioned()) {
                return new Place(target, settings.entityId(), false, null);
            }
            // As where it lies is found: one message id is one key, too, where duplicates are detected (rule P3).
            String key = PartitionKeys.keyOf(message, settings.options().detectsDuplicates())
                    .orElse(null);
            if (key == null && !unkeyedSendsFollow) {
                throw refused("a send to " + destination
                        + ", which is partitioned, in a transaction needs a partition key; set JMS_SB_PartitionKey or"
                        + " JMSXGroupID");
            }
            held(shared.hold, target, key, sendTo(destination, key));
            return new Place(target, settings.entityId(), true, key);
        }
    }

    /** Takes a send in, or refuses it. */
    Place admit(Namespace namespace, EntityPath destination, Message message) {
        synchronized (shared) {
            Place place = check(namespace, destination, message);
            if (place.isHeld()) {
                shared.hold = held(shared.hold, place.partition(), place.key(), sendTo(destination, place.key()));
            }
            return place;
        }
    }

    /** Takes a send in that has its partition by now, or refuses it. */
    void admit(Place place, int partition, EntityPath destination) {
        synchronized (shared) {
            if (place.isHeld()) {
                shared.hold = held(shared.hold, partition, place.key(), sendTo(destination, place.key()));
            }
        }
    }

    private static Work sendTo(EntityPath destination, @Nullable String key) {
        return new Work("a send to " + destination, key);
    }

    /** Takes in messages that were received, or refuses them all. */
    void admit(Namespace namespace, List<Delivery> deliveries) {
        synchronized (shared) {
            Hold all = shared.hold;
            for (Delivery delivery : deliveries) {
                EntitySettings settings = settingsIfThere(namespace, delivery.entity());
                if (settings != null && settings.partitioned()) {
                    boolean inSession = settings.options().sessionRequired()
                            && !delivery.entity().deadLetter();
                    String session = inSession ? delivery.message().sessionId() : null;
                    all = held(all, delivery.requireLockToken().partition(), session, receiptOf(delivery));
                }
            }
            shared.hold = all;
        }
    }

    private static Work receiptOf(Delivery delivery) {
        return new Work(
                "a message received from " + delivery.entity(),
                PartitionKeys.keyOf(delivery.message(), false).orElse(null));
    }

    /** Takes in a session whose state is set, or refuses it. */
    void admit(Namespace namespace, EntityPath entity, SessionToken session) {
        synchronized (shared) {
            EntitySettings settings = settingsIfThere(namespace, entity);
            if (settings != null && settings.partitioned()) {
                Work state = new Work("the state of a session of " + entity, session.sessionId());
                shared.hold = held(shared.hold, session.partition(), session.sessionId(), state);
            }
        }
    }

    /** What is known of an entity that is there is answered at once. */
    private static EntitySettings settingsOf(Namespace namespace, EntityPath entity) {
        try {
            return namespace.resolve(entity, false).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof BrokerException gone ? gone : e;
        }
    }

    /** What was received from one that has gone is lost, which is the commit's to say. */
    private static @Nullable EntitySettings settingsIfThere(Namespace namespace, EntityPath entity) {
        try {
            return settingsOf(namespace, entity);
        } catch (BrokerException e) {
            return null;
        }
    }

    /** What is held when this work has come, too; refuses a second key, and a second partition. */
    private Hold held(Hold before, int target, @Nullable String key, Work work) {
        if (crossPartition) {
            return before;
        }
        if (key != null && before.key() != null && !key.equals(before.key())) {
            throw refused("a transaction works with partitioned queues and topics under one key: this one has key '"
                    + before.key() + "' (partition " + before.partition() + ") from "
                    + before.work().name() + ", but "
                    + work.name() + " has key '" + key + "' (partition " + target + ")" + WHAT_TO_DO);
        }
        if (target == NONE) {
            return before;
        }
        if (before.partition() == NONE) {
            return new Hold(target, key, work);
        }
        if (before.partition() != target) {
            throw refused("this transaction works with partitioned queues and topics in partition "
                    + before.partition() + " (" + before.work().withKey() + "), but " + work.withKey()
                    + " belongs to partition " + target
                    + WHAT_TO_DO);
        }
        return key == null || before.key() != null ? before : new Hold(target, key, work);
    }

    private static BrokerException refused(String reason) {
        return new BrokerException(ErrorCode.InvalidOperation, reason);
    }
}
