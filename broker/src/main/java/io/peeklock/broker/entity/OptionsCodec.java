/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.message.MalformedContentException;
import io.peeklock.broker.message.Utf8;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes the options of an entity behind its definition, each that is not the default under a tag, and reads them.
 *
 * <p>Has no state; any thread.
 *
 * <pre>
 *  0     1            5
 * +-----+------------+-------+
 * | tag | length i32 | value |   as often as there are options; tags ascend
 * +-----+------------+-------+
 * 1 session required: nothing          2 duplicate detection window: ms i64    3 forward to: UTF-8
 * 4 forward dead letters to: UTF-8     5 auto-delete on idle: ms i64           6 status: one byte
 * 7 back-off: first and max, ms i64    8 dead-letter on filter error: nothing  9 without default rule: nothing
 * 10 user metadata: UTF-8
 * </pre>
 */
final class OptionsCodec {
    private static final int SESSION_REQUIRED = 1;
    private static final int DUPLICATE_WINDOW = 2;
    private static final int FORWARD_TO = 3;
    private static final int FORWARD_DEAD_LETTERS_TO = 4;
    private static final int AUTO_DELETE = 5;
    private static final int STATUS = 6;
    private static final int BACK_OFF = 7;
    private static final int DEAD_LETTER_ON_FILTER_ERROR = 8;
    private static final int NO_DEFAULT_RULE = 9;
    private static final int USER_METADATA = 10;

    private OptionsCodec() {}

    static void write(DataOutputStream out, EntityOptions options) throws IOException {
        EntityOptions none = EntityOptions.NONE;
        writeFlag(out, SESSION_REQUIRED, options.sessionRequired());
        if (options.detectsDuplicates()) {
            writeMillis(out, DUPLICATE_WINDOW, options.duplicateDetectionWindow());
        }
        writeText(out, FORWARD_TO, options.forwardTo());
        writeText(out, FORWARD_DEAD_LETTERS_TO, options.forwardDeadLetteredMessagesTo());
        if (options.endsWhenIdle()) {
            writeMillis(out, AUTO_DELETE, options.autoDeleteOnIdle());
        }
        if (options.status() != none.status()) {
            writeHeader(out, STATUS, 1);
            out.writeByte(statusId(options.status()));
        }
        if (!options.abandonBackOff().equals(none.abandonBackOff())) {
            writeHeader(out, BACK_OFF, 2 * Long.BYTES);
            out.writeLong(options.abandonBackOff().first().toMillis());
            out.writeLong(options.abandonBackOff().max().toMillis());
        }
        writeFlag(out, DEAD_LETTER_ON_FILTER_ERROR, options.deadLetterOnFilterError());
        writeFlag(out, NO_DEFAULT_RULE, !options.defaultRule());
        if (!options.userMetadata().isEmpty()) {
            writeText(out, USER_METADATA, options.userMetadata());
        }
    }

    private static void writeHeader(DataOutputStream out, int tag, int length) throws IOException {
        out.writeByte(tag);
        out.writeInt(length);
    }

    private static void writeFlag(DataOutputStream out, int tag, boolean set) throws IOException {
        if (set) {
            writeHeader(out, tag, 0);
        }
    }

    private static void writeMillis(DataOutputStream out, int tag, Duration value) throws IOException {
        writeHeader(out, tag, Long.BYTES);
        out.writeLong(value.toMillis());
    }

    private static void writeText(DataOutputStream out, int tag, @Nullable String text) throws IOException {
        if (text != null) {
            byte[] bytes = new byte[Utf8.length(text)];
            Utf8.encode(text, bytes, 0);
            writeHeader(out, tag, bytes.length);
            out.write(bytes);
        }
    }

    /** Reads all that is left. */
    static EntityOptions read(ByteBuffer in) {
        EntityOptions.Builder options = EntityOptions.NONE.toBuilder();
        int last = 0;
        while (in.hasRemaining()) {
            int tag = in.get();
            int length = in.getInt();
            if (tag <= last || length < 0 || length > in.remaining()) {
                throw new MalformedContentException("an option with tag " + tag + " behind " + last + " has " + length
                        + " bytes of " + in.remaining());
            }
            last = tag;
            ByteBuffer value = in.slice().limit(length);
            set(options, tag, value);
            if (value.hasRemaining()) {
                throw new MalformedContentException(
                        "the option with tag " + tag + " has " + value.remaining() + " bytes behind its end");
            }
            in.position(in.position() + length);
        }
        return options.build();
    }

    private static void set(EntityOptions.Builder options, int tag, ByteBuffer value) {
        switch (tag) {
            case SESSION_REQUIRED -> options.sessionRequired(true);
            case DUPLICATE_WINDOW -> options.duplicateDetectionWindow(Duration.ofMillis(value.getLong()));
            case FORWARD_TO -> options.forwardTo(text(value));
            case FORWARD_DEAD_LETTERS_TO -> options.forwardDeadLetteredMessagesTo(text(value));
            case AUTO_DELETE -> options.autoDeleteOnIdle(Duration.ofMillis(value.getLong()));
            case STATUS -> options.status(status(value.get()));
            case BACK_OFF ->
                options.abandonBackOff(
                        new BackOff(Duration.ofMillis(value.getLong()), Duration.ofMillis(value.getLong())));
            case DEAD_LETTER_ON_FILTER_ERROR -> options.deadLetterOnFilterError(true);
            case NO_DEFAULT_RULE -> options.defaultRule(false);
            case USER_METADATA -> options.userMetadata(text(value));
            default ->
                throw new MalformedContentException(
                        "a definition has an option with tag " + tag + "; a newer program may have written it");
        }
    }

    private static String text(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        return Utf8.decode(bytes, 0, bytes.length);
    }

    private static byte statusId(EntityStatus status) {
        return switch (status) {
            case ACTIVE -> 0;
            case DISABLED -> 1;
            case SEND_DISABLED -> 2;
            case RECEIVE_DISABLED -> 3;
        };
    }

    private static EntityStatus status(byte id) {
        return switch (id) {
            case 0 -> EntityStatus.ACTIVE;
            case 1 -> EntityStatus.DISABLED;
            case 2 -> EntityStatus.SEND_DISABLED;
            case 3 -> EntityStatus.RECEIVE_DISABLED;
            default -> throw new MalformedContentException("unknown status " + id);
        };
    }
}
