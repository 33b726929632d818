/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageState;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as it goes on to another entity: its content with what settlements changed (rule L11), and what it brings along.
 * Immutable.
 *
 * @param way decides too whether it can be a duplicate where it goes
 * @param reservedNumber of a dead letter that was edited its number where it goes; 0 of others, who take the next
 */
record Departure(Message message, Journey journey, Way way, long reservedNumber) {
    /** Properties together (rule Q2). */
    private static final int MAX_PROPERTIES_BYTES = 64 * 1024;

    private static final String REASON = "DeadLetterReason";
    private static final String DESCRIPTION = "DeadLetterErrorDescription";
    private static final String SOURCE = "DeadLetterSource";

    /** Why a message goes to another entity, and so what it is there. Their ids are on disk: never changed or reused. */
    enum Way {
        /** By the setting of its entity (rule W1): a dead letter says where it was one and why. */
        FORWARD(0),
        /** By an administrator, as a forward that counts no hop and lives anew. */
        MOVE(1),
        /** The same, and nothing says that it was a dead letter. */
        MOVE_CLEAN(2),
        /** By an administrator, who has edited a dead letter, back into its entity. What it is now is not on disk here. */
        RESUBMIT(3);

        private final int id;

        Way(int id) {
            this.id = id;
        }

        int id() {
            return id;
        }

        static Way of(int id) {
            for (Way way : values()) {
                if (way.id == id) {
                    return way;
                }
            }
            throw new IllegalArgumentException("messages go no way " + id + ": use the program that wrote it");
        }

        /**
         * Whether a duplicate is dropped (rule U1). What an administrator brings is none, also back to where it was sent first: he
         * asked for that message, and it would be lost.
         */
        boolean dropsDuplicates() {
            return this == FORWARD;
        }
    }

    /** It cannot go on. Not thrown for its stack. */
    static final class Impossible extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Refusal refusal;

        private Impossible(Refusal refusal) {
            super(refusal.description(), null, false, false);
            this.refusal = refusal;
        }

        Refusal refusal() {
            return refusal;
        }
    }

    /**
     * What a message is when it goes (rules W1, D4): out of a dead-letter queue it begins to live anew.
     *
     * @param content the entry's content
     */
    static Departure of(MessageEntry entry, Message content, Way way) throws Impossible {
        // What was forwarded is not delayed again: it has a placement only if it was re-driven, and so goes on anew.
        int hops = entry.delivery.placement() == null ? entry.hops : 0;
        if (way == Way.FORWARD && hops >= Journey.MAX_HOPS) {
            throw new Impossible(new Refusal(
                    Refusal.HOPS,
                    "the message was forwarded " + hops
                            + " times, and goes no further: forward over fewer entities, and in no circle"));
        }
        Notes notes = entry.delivery.notes();
        Map<String, @Nullable Object> changes = new LinkedHashMap<>(notes.properties());
        boolean dead = entry.delivery.deadLettered();
        if (way == Way.MOVE_CLEAN) {
            changes.put(REASON, null);
            changes.put(DESCRIPTION, null);
            changes.put(SOURCE, null);
        } else if (dead) {
            changes.put(REASON, notes.deadLetterReason());
            changes.put(DESCRIPTION, notes.deadLetterDescription());
            changes.put(SOURCE, entry.fragment.path(false).toString());
        }
        boolean forwarded = way == Way.FORWARD;
        long until = forwarded && !dead ? entry.expiresAtMs : Long.MAX_VALUE;
        boolean waits = entry.delivery.state() == MessageState.SCHEDULED;
        Journey journey =
                new Journey(entry.enqueuedSequenceNumber, forwarded ? hops + 1 : 0, until, waits ? entry.dueMs() : 0);
        // Where it goes the bus has sent it, whether or not it still knows who has sent it here.
        return new Departure(changed(content, changes).from(null), journey, way, 0);
    }

    /** What comes in the place of a dead letter (rule N2). */
    static Departure edited(MessageEntry dead, Message edited, long reservedNumber) {
        return new Departure(
                edited, new Journey(dead.enqueuedSequenceNumber, 0, Long.MAX_VALUE, 0), Way.RESUBMIT, reservedNumber);
    }

    /** Whether all that would be removed is not there anyway. */
    private static boolean isAsItWas(Message content, Map<String, @Nullable Object> changes) {
        for (Map.Entry<String, @Nullable Object> change : changes.entrySet()) {
            if (change.getValue() != null || content.property(change.getKey()) != null) {
                return false;
            }
        }
        return true;
    }

    private static Message changed(Message content, Map<String, @Nullable Object> changes) throws Impossible {
        if (changes.isEmpty() || isAsItWas(content, changes)) {
            return content;
        }
        Message.Builder builder = content.toBuilder();
        changes.forEach((name, value) -> {
            if (value == null) {
                builder.removeProperty(name);
            } else {
                builder.property(name, value);
            }
        });
        try {
            Message changed = builder.build();
            if (changed.propertiesBytes() > MAX_PROPERTIES_BYTES) {
                throw new Impossible(new Refusal(
                        Refusal.HEADER_SIZE,
                        "with what its settlements changed the message's properties have " + changed.propertiesBytes()
                                + " bytes, at most " + MAX_PROPERTIES_BYTES + " are allowed"));
            }
            return changed;
        } catch (BrokerException e) {
            throw new Impossible(Refusal.of(e));
        }
    }
}
