/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.util.Optional;

/**
 * One thing that happened to one line.
 *
 * <p>Immutable; any thread.
 *
 * @param kind what happened
 * @param line number of the line, from 1
 * @param stamp order of the entries of all processes: later is greater
 * @param deliveryCount the message's delivery count at that moment
 * @param sequenceNumber the message's sequence number
 * @param checksum of the text that was received
 */
record SideLogEntry(Kind kind, int line, long stamp, int deliveryCount, long sequenceNumber, int checksum) {

    /** What can happen to a line. */
    enum Kind {
        /** A consumer got it. */
        RECEIVED,
        /** The consumer is about to acknowledge it. */
        INTENT,
        /** {@code acknowledge()} has returned. */
        DONE,
        /** It was found in the dead-letter queue, and taken out of it. */
        DEAD
    }

    private static final int FIELDS = 6;

    /** The partition that the message came from: the top 16 bits of its sequence number (rule N1). */
    int partition() {
        return (int) (sequenceNumber >>> 48);
    }

    /** The entry as a line of a side log, without its end. */
    String format() {
        return kind + " " + line + " " + stamp + " " + deliveryCount + " " + sequenceNumber + " " + checksum;
    }

    /** Reads what {@link #format} wrote; empty if it is something else. */
    static Optional<SideLogEntry> parse(String text) {
        String[] fields = text.split(" ", -1);
        if (fields.length != FIELDS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SideLogEntry(
                    Kind.valueOf(fields[0]),
                    Integer.parseInt(fields[1]),
                    Long.parseLong(fields[2]),
                    Integer.parseInt(fields[3]),
                    Long.parseLong(fields[4]),
                    Integer.parseInt(fields[5])));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
