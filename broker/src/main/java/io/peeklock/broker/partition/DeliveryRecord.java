/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageState;
import io.peeklock.broker.message.PropertyCodec;
import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The record of a message's changing part.
 *
 * <pre>
 *  0       1       2       3                7
 * +-------+-------+-------+----------------+-----------+------------------------------------------------------------+
 * |version| state | flags | delivery count | placement | if flag 4: reason, description (length (4), utf-8), property map |
 * +-------+-------+-------+----------------+-----------+------------------------------------------------------------+
 *
 * placement, in version 2, and in versions 3 and 4 if flag 8 is set:
 * +----------+----------------+-----------------+----------------+
 * | due ms(8)| sequence (8)   | enqueued ms (8) | expires ms (8) |
 * +----------+----------------+-----------------+----------------+
 *
 * held back, in versions 3 and 4 if flag 32 is set:
 * +-------------+
 * | until ms (8)|
 * +-------------+
 *
 * staged, in version 4:
 * +-----------------+
 * | first number (8)|
 * +-----------------+
 * </pre>
 *
 * <p>Version 2 is that of a message which was sent with a delay, or was re-driven; its placement counts, not what the message's
 * record says.
 * Version 3 is that of one which was abandoned with a delay, or whose time to live counts from its time (flag 16); flags
 * say what it has. Version 4 is that of one which a transaction had staged: its record has no number. Any other has version 1. State: 0 active, 1 deferred, 2 scheduled. Flags: 1 dead-lettered, 2 handed out,
 * 4 notes follow, and the above. A length of -1 is a text that is not there. Stateless, thread safe.
 */
final class DeliveryRecord {
    static final byte VERSION = 1;
    /** With a placement. */
    static final byte PLACED_VERSION = 2;

    /** With what its flags say. */
    static final byte FLAGGED_VERSION = 3;

    /** With the first number of a message whose record has none. */
    static final byte STAGED_VERSION = 4;

    private static final int HEADER_BYTES = 3 + Integer.BYTES;
    private static final int PLACEMENT_BYTES = 4 * Long.BYTES;
    private static final int DEAD_LETTERED = 1;
    private static final int HANDED_OUT = 2;
    private static final int NOTES = 4;
    private static final int PLACED = 8;
    private static final int LIVES_FROM_DUE = 16;
    private static final int HELD_BACK = 32;

    private DeliveryRecord() {}

    static RecordBody body(DeliveryState delivery) {
        Notes notes = delivery.notes();
        Placement placement = delivery.placement();
        byte[] extra = notes.isNone() ? null : encodeNotes(notes);
        boolean heldBack = delivery.isHeldBack();
        int bytes = HEADER_BYTES
                + (placement == null ? 0 : PLACEMENT_BYTES)
                + (heldBack ? Long.BYTES : 0)
                + (versionOf(delivery) == STAGED_VERSION ? Long.BYTES : 0)
                + (extra == null ? 0 : extra.length);
        return new RecordBody() {
            @Override
            public int encodedBytes() {
                return bytes;
            }

            @Override
            public void encodeTo(ByteBuffer out) {
                out.put(versionOf(delivery))
                        .put(stateId(delivery.state()))
                        .put((byte) (flagsOf(delivery) | (extra == null ? 0 : NOTES)))
                        .putInt(delivery.deliveryCount());
                if (placement != null) {
                    out.putLong(placement.dueMs())
                            .putLong(placement.sequenceNumber())
                            .putLong(placement.enqueuedTimeMs())
                            .putLong(placement.expiresAtMs());
                }
                if (heldBack) {
                    out.putLong(delivery.heldBackUntilMs());
                }
                if (placement != null && placement.firstNumber() != 0) {
                    out.putLong(placement.firstNumber());
                }
                if (extra != null) {
                    out.put(extra);
                }
            }
        };
    }

    private static byte versionOf(DeliveryState delivery) {
        Placement placement = delivery.placement();
        if (placement != null && placement.firstNumber() != 0) {
            return STAGED_VERSION;
        }
        if (delivery.isHeldBack() || placement != null && placement.livesFromDue()) {
            return FLAGGED_VERSION;
        }
        return placement == null ? VERSION : PLACED_VERSION;
    }

    private static int flagsOf(DeliveryState delivery) {
        int flags = (delivery.deadLettered() ? DEAD_LETTERED : 0) | (delivery.handedOut() ? HANDED_OUT : 0);
        if (versionOf(delivery) >= FLAGGED_VERSION) {
            Placement placement = delivery.placement();
            flags |= (placement == null ? 0 : PLACED)
                    | (placement != null && placement.livesFromDue() ? LIVES_FROM_DUE : 0)
                    | (delivery.isHeldBack() ? HELD_BACK : 0);
        }
        return flags;
    }

    static DeliveryState decode(ByteBuffer in) {
        byte version = in.get();
        if (version < VERSION || version > STAGED_VERSION) {
            throw new IllegalArgumentException("delivery record of version " + version
                    + ", this program reads versions " + VERSION + " to " + STAGED_VERSION
                    + ": use the program that wrote it");
        }
        MessageState state = state(in.get());
        int flags = in.get();
        int count = in.getInt();
        boolean flagged = version >= FLAGGED_VERSION;
        Placement placement = version == PLACED_VERSION || flagged && (flags & PLACED) != 0
                ? new Placement(
                        in.getLong(),
                        in.getLong(),
                        in.getLong(),
                        in.getLong(),
                        flagged && (flags & LIVES_FROM_DUE) != 0)
                : null;
        long heldBackUntilMs = flagged && (flags & HELD_BACK) != 0 ? in.getLong() : 0;
        if (version == STAGED_VERSION) {
            long firstNumber = in.getLong();
            placement = placement == null ? null : placement.withFirstNumber(firstNumber);
        }
        if (state == MessageState.SCHEDULED && placement == null && heldBackUntilMs <= 0) {
            throw new IllegalArgumentException("a scheduled message without its time");
        }
        Notes notes = Notes.NONE;
        if ((flags & NOTES) != 0) {
            String reason = RecordText.get(in);
            String description = RecordText.get(in);
            Map<String, @Nullable Object> properties = PropertyCodec.decodeMap(in);
            notes = new Notes(reason, description, properties);
        }
        return new DeliveryState(
                state,
                (flags & DEAD_LETTERED) != 0,
                count,
                (flags & HANDED_OUT) != 0,
                notes,
                placement,
                heldBackUntilMs);
    }

    private static byte[] encodeNotes(Notes notes) {
        byte[] reason = RecordText.bytes(notes.deadLetterReason());
        byte[] description = RecordText.bytes(notes.deadLetterDescription());
        byte[] properties = PropertyCodec.encodeMap(notes.properties());
        ByteBuffer out =
                ByteBuffer.allocate(2 * Integer.BYTES + reason.length + description.length + properties.length);
        RecordText.put(out, notes.deadLetterReason(), reason);
        RecordText.put(out, notes.deadLetterDescription(), description);
        return out.put(properties).array();
    }

    private static byte stateId(MessageState state) {
        return switch (state) {
            case ACTIVE -> 0;
            case DEFERRED -> 1;
            case SCHEDULED -> 2;
            case LOCKED -> throw new IllegalStateException("a lock is volatile and has no record");
        };
    }

    private static MessageState state(byte id) {
        return switch (id) {
            case 0 -> MessageState.ACTIVE;
            case 1 -> MessageState.DEFERRED;
            case 2 -> MessageState.SCHEDULED;
            default -> throw new IllegalArgumentException("unknown message state " + id);
        };
    }
}
