/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import jakarta.jms.JMSException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bodies of map and stream messages as bytes: a count, then each value as a type byte and its bytes, big-endian.
 *
 * <p>Stateless, thread safe.
 */
final class BodyCodec {

    private static final byte NULL = 0;
    private static final byte FALSE = 1;
    private static final byte TRUE = 2;
    private static final byte BYTE = 3;
    private static final byte SHORT = 4;
    private static final byte CHAR = 5;
    private static final byte INT = 6;
    private static final byte LONG = 7;
    private static final byte FLOAT = 8;
    private static final byte DOUBLE = 9;
    private static final byte TEXT = 10;
    private static final byte BYTES = 11;

    private BodyCodec() {}

    static byte[] encodeMap(Map<String, @Nullable Object> map) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(map.size());
            for (Map.Entry<String, @Nullable Object> entry : map.entrySet()) {
                writeBytes(out, entry.getKey().getBytes(StandardCharsets.UTF_8));
                write(out, entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] encodeList(List<@Nullable Object> list) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(list.size());
            for (Object value : list) {
                write(out, value);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Map<String, @Nullable Object> decodeMap(ByteBuffer body) throws JMSException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        try {
            for (int left = body.getInt(); left > 0; left--) {
                String name = new String(readBytes(body), StandardCharsets.UTF_8);
                map.put(name, read(body));
            }
        } catch (BufferUnderflowException e) {
            throw damaged("ends early");
        }
        return map;
    }

    static List<@Nullable Object> decodeList(ByteBuffer body) throws JMSException {
        List<@Nullable Object> list = new ArrayList<>();
        try {
            for (int left = body.getInt(); left > 0; left--) {
                list.add(read(body));
            }
        } catch (BufferUnderflowException e) {
            throw damaged("ends early");
        }
        return list;
    }

    private static void write(DataOutputStream out, @Nullable Object value) throws IOException {
        if (value == null) {
            out.writeByte(NULL);
        } else if (value instanceof Boolean bool) {
            out.writeByte(bool ? TRUE : FALSE);
        } else if (value instanceof Byte number) {
            out.writeByte(BYTE);
            out.writeByte(number);
        } else if (value instanceof Short number) {
            out.writeByte(SHORT);
            out.writeShort(number);
        } else if (value instanceof Character character) {
            out.writeByte(CHAR);
            out.writeChar(character);
        } else if (value instanceof Integer number) {
            out.writeByte(INT);
            out.writeInt(number);
        } else if (value instanceof Long number) {
            out.writeByte(LONG);
            out.writeLong(number);
        } else if (value instanceof Float number) {
            out.writeByte(FLOAT);
            out.writeFloat(number);
        } else if (value instanceof Double number) {
            out.writeByte(DOUBLE);
            out.writeDouble(number);
        } else if (value instanceof String text) {
            out.writeByte(TEXT);
            writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
        } else {
            out.writeByte(BYTES);
            writeBytes(out, (byte[]) value);
        }
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static @Nullable Object read(ByteBuffer body) throws JMSException {
        byte type = body.get();
        return switch (type) {
            case NULL -> null;
            case FALSE -> false;
            case TRUE -> true;
            case BYTE -> body.get();
            case SHORT -> body.getShort();
            case CHAR -> body.getChar();
            case INT -> body.getInt();
            case LONG -> body.getLong();
            case FLOAT -> body.getFloat();
            case DOUBLE -> body.getDouble();
            case TEXT -> new String(readBytes(body), StandardCharsets.UTF_8);
            case BYTES -> readBytes(body);
            default -> throw damaged("has a value of unknown type " + type);
        };
    }

    private static byte[] readBytes(ByteBuffer body) {
        int length = body.getInt();
        // Checked before the array is made: a damaged length must not cost memory.
        if (length < 0 || length > body.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        body.get(bytes);
        return bytes;
    }

    private static JMSException damaged(String how) {
        return new JMSException("The body of a map or stream message " + how);
    }
}
