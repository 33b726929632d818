/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.MalformedContentException;
import io.peeklock.broker.message.PropertyCodec;
import io.peeklock.broker.message.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes rules as bytes and reads them, big endian, lengths in bytes.
 *
 * <p>Has no state; any thread.
 *
 * <pre>
 *  0        1        2        10                    18
 * +--------+--------+--------+---------------------+------+--------+---------+--------+
 * | format | kind   | id i64 | subscription id i64 | name | filter | content | action |
 * | = 1    | = 4    |        |                     | text | tag    |         | text   |
 * +--------+--------+--------+---------------------+------+--------+---------+--------+
 *
 * text: length i32, UTF-8 as {@link Utf8} writes it; length -1 for none. map: length i32, as {@link PropertyCodec} writes it
 *
 * filter 1, true    : nothing
 * filter 2, false   : nothing
 * filter 3, SQL     : text, map of the parameters
 * filter 4, correlation: texts of correlation id, content type, label, message id, reply-to, reply-to session id,
 *                     session id, to; map of the properties
 * filter 5, selector: texts of selector, connection and client identifier whose messages are not taken
 * </pre>
 */
final class RuleCodec {
    private static final byte FORMAT = 1;
    /** Behind those of {@link DefinitionCodec}. */
    private static final byte KIND_RULE = 4;

    private static final int TRUE = 1;
    private static final int FALSE = 2;
    private static final int SQL = 3;
    private static final int CORRELATION = 4;
    private static final int SELECTOR = 5;

    private RuleCodec() {}

    static byte[] encode(RuleDefinition rule) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeByte(FORMAT);
            out.writeByte(KIND_RULE);
            out.writeLong(rule.id());
            out.writeLong(rule.subscriptionId());
            writeText(out, rule.name());
            write(out, rule.filter());
            writeText(out, rule.action());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, RuleFilter filter) throws IOException {
        if (filter instanceof TrueFilter) {
            out.writeByte(TRUE);
        } else if (filter instanceof FalseFilter) {
            out.writeByte(FALSE);
        } else if (filter instanceof SqlFilter sql) {
            out.writeByte(SQL);
            writeText(out, sql.expression());
            writeMap(out, sql.parameters());
        } else if (filter instanceof CorrelationFilter correlation) {
            out.writeByte(CORRELATION);
            for (String text : texts(correlation)) {
                writeText(out, text);
            }
            writeMap(out, correlation.properties());
        } else if (filter instanceof SelectorFilter selector) {
            out.writeByte(SELECTOR);
            writeText(out, selector.filter().selector());
            writeText(out, selector.filter().noLocalConnection());
            writeText(out, selector.filter().noLocalClientId());
        }
    }

    /** In the order of the layout. */
    private static List<@Nullable String> texts(CorrelationFilter filter) {
        return Arrays.asList(
                filter.correlationId(),
                filter.contentType(),
                filter.label(),
                filter.messageId(),
                filter.replyTo(),
                filter.replyToSessionId(),
                filter.sessionId(),
                filter.to());
    }

    private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] bytes = new byte[Utf8.length(text)];
        Utf8.encode(text, bytes, 0);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static void writeMap(DataOutputStream out, Map<String, Object> map) throws IOException {
        byte[] bytes = PropertyCodec.encodeMap(map);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static RuleDefinition decode(ByteBuffer in) {
        try {
            RuleDefinition rule = read(in);
            if (in.hasRemaining()) {
                throw new MalformedContentException("a rule has " + in.remaining() + " bytes behind its end");
            }
            return rule;
        } catch (BufferUnderflowException e) {
            throw new MalformedContentException("a rule ends too early");
        } catch (BrokerException | IllegalArgumentException e) {
            throw new MalformedContentException("a rule breaks the rules: " + e.getMessage());
        }
    }

    private static RuleDefinition read(ByteBuffer in) {
        byte format = in.get();
        byte kind = in.get();
        if (format != FORMAT || kind != KIND_RULE) {
            throw new MalformedContentException("a rule has format " + format + " and kind " + kind
                    + ", this program reads format " + FORMAT + " and kind " + KIND_RULE
                    + "; a newer one may have written it");
        }
        long id = in.getLong();
        long subscriptionId = in.getLong();
        String name = requireText(in);
        RuleFilter filter = readFilter(in);
        return new RuleDefinition(id, subscriptionId, name, filter, readText(in));
    }

    // Everything is read in the order of the bytes.

    private static RuleFilter readFilter(ByteBuffer in) {
        byte tag = in.get();
        return switch (tag) {
            case TRUE -> new TrueFilter();
            case FALSE -> new FalseFilter();
            case SQL -> new SqlFilter(requireText(in), readMap(in));
            case CORRELATION ->
                new CorrelationFilter(
                        readText(in),
                        readText(in),
                        readText(in),
                        readText(in),
                        readText(in),
                        readText(in),
                        readText(in),
                        readText(in),
                        readMap(in));
            case SELECTOR -> new SelectorFilter(new SubscriptionFilter(readText(in), readText(in), readText(in)));
            default ->
                throw new MalformedContentException(
                        "a rule has a filter with tag " + tag + "; a newer program may have written it");
        };
    }

    private static String requireText(ByteBuffer in) {
        String text = readText(in);
        if (text == null) {
            throw new MalformedContentException("a rule lacks a text");
        }
        return text;
    }

    private static @Nullable String readText(ByteBuffer in) {
        int length = in.getInt();
        if (length == -1) {
            return null;
        }
        byte[] bytes = readBytes(in, length);
        return Utf8.decode(bytes, 0, bytes.length);
    }

    private static Map<String, Object> readMap(ByteBuffer in) {
        Map<String, Object> map = new LinkedHashMap<>();
        PropertyCodec.decodeMap(ByteBuffer.wrap(readBytes(in, in.getInt()))).forEach((name, value) -> {
            if (value == null) {
                throw new MalformedContentException("a value of a rule is missing");
            }
            map.put(name, value);
        });
        return map;
    }

    private static byte[] readBytes(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new MalformedContentException("a rule has a part of " + length + " bytes in " + in.remaining());
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
