/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as it goes on to another entity: its content with what settlements changed (rule L11), and what it brings along.
 * Immutable.
 */
record Departure(Message message, Journey journey) {
    /** Properties together (rule Q2). */
    private static final int MAX_PROPERTIES_BYTES = 64 * 1024;

    private static final String REASON = "DeadLetterReason";
    private static final String DESCRIPTION = "DeadLetterErrorDescription";
    private static final String SOURCE = "DeadLetterSource";

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
     * What is forwarded (rules W1, D4): a dead letter says where it was one, and why, and lives anew; another one lives no longer
     * than it would have.
     *
     * @param content the entry's content
     */
    static Departure forwarded(MessageEntry entry, Message content) throws Impossible {
        if (entry.hops >= Journey.MAX_HOPS) {
            throw new Impossible(new Refusal(
                    Refusal.HOPS,
                    "the message was forwarded " + entry.hops
                            + " times, and goes no further: forward over fewer entities, and" + " in no circle"));
        }
        Notes notes = entry.delivery.notes();
        Map<String, @Nullable Object> changes = new LinkedHashMap<>(notes.properties());
        boolean dead = entry.delivery.deadLettered();
        if (dead) {
            changes.put(REASON, notes.deadLetterReason());
            changes.put(DESCRIPTION, notes.deadLetterDescription());
            changes.put(SOURCE, entry.fragment.path(false).toString());
        }
        long until = dead ? Long.MAX_VALUE : entry.expiresAtMs;
        Journey journey = new Journey(entry.enqueuedSequenceNumber, entry.hops + 1, until);
        return new Departure(changed(content, changes), journey);
    }

    private static Message changed(Message content, Map<String, @Nullable Object> changes) throws Impossible {
        if (changes.isEmpty()) {
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
