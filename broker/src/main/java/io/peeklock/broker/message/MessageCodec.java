/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * A message's bytes, in memory and on disk. Big endian; {@code length} and maps as in {@link PropertyCodec}:
 *
 * <pre>
 *  0        1         2        3          4          6              10                 14
 * +--------+---------+--------+----------+----------+--------------+------------------+
 * | version| body    | flags  | priority | presence | fields bytes | properties bytes |
 * | = 1    | kind id | 1: dur.| 0 to 9   | u16      | i32          | i32              |
 * +--------+---------+--------+----------+----------+--------------+------------------+
 * | fields: those whose bit is set in presence, the lowest bit first                  |
 * |   bit 0 message id            1 application message id   2 correlation id         |
 * |       3 correlation id bytes  4 reply-to                 5 to                     |
 * |       6 label                 7 content type             8 session id             |
 * |       9 reply-to session id  10 partition key            : length, bytes (UTF-8)  |
 * |      11 group sequence                                   : i32, not 0             |
 * |      12 time to live, ms     13 creation time, ms        : i64, not 0             |
 * |      14 delivery delay, ms                               : i64, not 0             |
 * +-----------------------------------------------------------------------------------+
 * | properties: a map; no bytes at all if there are none                              |
 * +-----------------------------------------------------------------------------------+
 * | body: all that is left                                                            |
 * +-----------------------------------------------------------------------------------+
 * </pre>
 *
 * <p>Has no state; any thread.
 */
final class MessageCodec {

    static final int VERSION = 1;

    static final int MESSAGE_ID = 0;
    static final int APPLICATION_MESSAGE_ID = 1;
    static final int CORRELATION_ID = 2;
    static final int CORRELATION_ID_BYTES = 3;
    static final int REPLY_TO = 4;
    static final int TO = 5;
    static final int LABEL = 6;
    static final int CONTENT_TYPE = 7;
    static final int SESSION_ID = 8;
    static final int REPLY_TO_SESSION_ID = 9;
    static final int PARTITION_KEY = 10;
    static final int GROUP_SEQUENCE = 11;
    static final int TIME_TO_LIVE = 12;
    static final int CREATION_TIME = 13;
    static final int DELIVERY_DELAY = 14;
    private static final int FIELDS = 15;

    /** Where the fields begin: the size of what every message has. */
    static final int FIELDS_AT = 14;

    private static final int KIND_AT = 1;
    private static final int FLAGS_AT = 2;
    private static final int PRIORITY_AT = 3;
    private static final int PRESENCE_AT = 4;
    private static final int FIELDS_BYTES_AT = 6;

    private static final int DURABLE = 1;
    private static final int MAX_PRIORITY = 9;
    private static final int MAX_BODY_KIND = BodyKind.NULL_TEXT.id();

    /** Arrays of more than this are refused by some virtual machines. */
    private static final int MAX_BYTES = Integer.MAX_VALUE - 16;

    private MessageCodec() {}

    static byte[] encode(Message.Builder values) {
        int presence = presence(values);
        long fieldsBytes = fieldsBytes(values);
        long propertiesBytes = values.properties.isEmpty() ? 0 : PropertyCodec.mapBytes(values.properties);
        long size = FIELDS_AT + fieldsBytes + propertiesBytes + values.body.remaining();
        if (size > MAX_BYTES) {
            throw new BrokerException(
                    ErrorCode.MessageSizeExceeded, "a message of " + size + " bytes is larger than any can be");
        }
        byte[] content = new byte[(int) size];
        ContentWriter out = new ContentWriter(content);
        out.putByte(VERSION);
        out.putByte(values.bodyKind.id());
        out.putByte(values.durable ? DURABLE : 0);
        out.putByte(values.priority);
        out.putShort(presence);
        out.putInt((int) fieldsBytes);
        out.putInt((int) propertiesBytes);
        putFields(out, values);
        if (propertiesBytes > 0) {
            PropertyCodec.putMap(out, values.properties);
        }
        out.putRaw(values.body);
        // A map or array that another thread changed meanwhile must not leave a message that says one thing and is
        // another.
        if (out.position() != content.length) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation, "a value of the message was changed while it was encoded");
        }
        return content;
    }

    private static int presence(Message.Builder values) {
        return bit(MESSAGE_ID, values.messageId)
                | bit(APPLICATION_MESSAGE_ID, values.applicationMessageId)
                | bit(CORRELATION_ID, values.correlationId)
                | bit(CORRELATION_ID_BYTES, values.correlationIdBytes)
                | bit(REPLY_TO, values.replyTo)
                | bit(TO, values.to)
                | bit(LABEL, values.label)
                | bit(CONTENT_TYPE, values.contentType)
                | bit(SESSION_ID, values.sessionId)
                | bit(REPLY_TO_SESSION_ID, values.replyToSessionId)
                | bit(PARTITION_KEY, values.partitionKey)
                | (values.groupSequence != 0 ? 1 << GROUP_SEQUENCE : 0)
                | (values.timeToLiveMs != 0 ? 1 << TIME_TO_LIVE : 0)
                | (values.creationTimeMs != 0 ? 1 << CREATION_TIME : 0)
                | (values.deliveryDelayMs != 0 ? 1 << DELIVERY_DELAY : 0);
    }

    private static int bit(int field, @Nullable Object value) {
        return value == null ? 0 : 1 << field;
    }

    private static long fieldsBytes(Message.Builder values) {
        return textBytes(values.messageId)
                + textBytes(values.applicationMessageId)
                + textBytes(values.correlationId)
                + (values.correlationIdBytes == null ? 0 : ContentWriter.blobBytes(values.correlationIdBytes))
                + textBytes(values.replyTo)
                + textBytes(values.to)
                + textBytes(values.label)
                + textBytes(values.contentType)
                + textBytes(values.sessionId)
                + textBytes(values.replyToSessionId)
                + textBytes(values.partitionKey)
                + (values.groupSequence != 0 ? Integer.BYTES : 0)
                + (values.timeToLiveMs != 0 ? Long.BYTES : 0)
                + (values.creationTimeMs != 0 ? Long.BYTES : 0)
                + (values.deliveryDelayMs != 0 ? Long.BYTES : 0);
    }

    private static long textBytes(@Nullable String text) {
        return text == null ? 0 : ContentWriter.textBytes(text);
    }

    private static void putFields(ContentWriter out, Message.Builder values) {
        putText(out, values.messageId);
        putText(out, values.applicationMessageId);
        putText(out, values.correlationId);
        if (values.correlationIdBytes != null) {
            out.putBlob(values.correlationIdBytes);
        }
        putText(out, values.replyTo);
        putText(out, values.to);
        putText(out, values.label);
        putText(out, values.contentType);
        putText(out, values.sessionId);
        putText(out, values.replyToSessionId);
        putText(out, values.partitionKey);
        if (values.groupSequence != 0) {
            out.putInt(values.groupSequence);
        }
        if (values.timeToLiveMs != 0) {
            out.putLong(values.timeToLiveMs);
        }
        if (values.creationTimeMs != 0) {
            out.putLong(values.creationTimeMs);
        }
        if (values.deliveryDelayMs != 0) {
            out.putLong(values.deliveryDelayMs);
        }
    }

    private static void putText(ContentWriter out, @Nullable String text) {
        if (text != null) {
            out.putText(text);
        }
    }

    /** Sees that these are the bytes of a message: sizes, ids, ranges and the structure of fields and properties. */
    static void check(byte[] content) {
        ContentReader in = new ContentReader(content, 0, content.length);
        int version = in.readByte();
        if (version != VERSION) {
            throw new MalformedContentException("message format " + version + " is not known, this program reads "
                    + VERSION + "; a newer one may have written it");
        }
        requireRange("body kind", in.readByte(), MAX_BODY_KIND);
        requireRange("flags", in.readByte(), DURABLE);
        requireRange("priority", in.readByte(), MAX_PRIORITY);
        int presence = in.readShort() & 0xFFFF;
        requireRange("presence of fields", presence, (1 << FIELDS) - 1);
        int fieldsBytes = in.readInt();
        int propertiesBytes = in.readInt();
        requireRange("size of fields", fieldsBytes, in.remaining());
        requireRange("size of properties", propertiesBytes, in.remaining() - fieldsBytes);
        ContentReader fields = new ContentReader(content, FIELDS_AT, FIELDS_AT + fieldsBytes);
        for (int rest = presence; rest != 0; rest &= rest - 1) {
            skipField(fields, Integer.numberOfTrailingZeros(rest));
        }
        requireEnd("fields", fields);
        if (propertiesBytes > 0) {
            int from = FIELDS_AT + fieldsBytes;
            ContentReader properties = new ContentReader(content, from, from + propertiesBytes);
            PropertyCodec.skipMap(properties);
            requireEnd("properties", properties);
        }
    }

    private static void requireRange(String what, int value, int max) {
        if (value < 0 || value > max) {
            throw new MalformedContentException("a message's " + what + " is " + value + ", not between 0 and " + max);
        }
    }

    private static void requireEnd(String what, ContentReader in) {
        if (in.remaining() != 0) {
            throw new MalformedContentException("a message's " + what + " have " + in.remaining() + " bytes too many");
        }
    }

    // From here on the content is known to be well formed.

    static int propertiesAt(byte[] content) {
        return FIELDS_AT + new ContentReader(content, FIELDS_BYTES_AT, FIELDS_AT).readInt();
    }

    static int bodyAt(byte[] content) {
        ContentReader in = new ContentReader(content, FIELDS_BYTES_AT, FIELDS_AT);
        return FIELDS_AT + in.readInt() + in.readInt();
    }

    static BodyKind bodyKind(byte[] content) {
        return BodyKind.of(content[KIND_AT]);
    }

    static boolean durable(byte[] content) {
        return (content[FLAGS_AT] & DURABLE) != 0;
    }

    static byte priority(byte[] content) {
        return content[PRIORITY_AT];
    }

    /** A field that is a text, null if it is not there. */
    static @Nullable String text(byte[] content, int field) {
        ContentReader in = find(content, field);
        return in == null ? null : in.readText();
    }

    /** A field that is bytes, null if it is not there. */
    static byte @Nullable [] bytes(byte[] content, int field) {
        ContentReader in = find(content, field);
        return in == null ? null : in.readBlob();
    }

    /** A field that is a number, 0 if it is not there. */
    static long number(byte[] content, int field) {
        ContentReader in = find(content, field);
        if (in == null) {
            return 0;
        }
        return field == GROUP_SEQUENCE ? in.readInt() : in.readLong();
    }

    private static @Nullable ContentReader find(byte[] content, int field) {
        int presence = (content[PRESENCE_AT] & 0xFF) << 8 | content[PRESENCE_AT + 1] & 0xFF;
        if ((presence >> field & 1) == 0) {
            return null;
        }
        ContentReader in = new ContentReader(content, FIELDS_AT, propertiesAt(content));
        for (int rest = presence & (1 << field) - 1; rest != 0; rest &= rest - 1) {
            skipField(in, Integer.numberOfTrailingZeros(rest));
        }
        return in;
    }

    private static void skipField(ContentReader in, int field) {
        if (field < GROUP_SEQUENCE) {
            in.skipBlob();
        } else {
            in.skip(field == GROUP_SEQUENCE ? Integer.BYTES : Long.BYTES);
        }
    }
}
