/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import jakarta.jms.MessageFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a value as another type, as the conversion tables of Jakarta Messaging 3.5.4 and 3.11.3 allow.
 *
 * <p>Stateless, thread safe. A null value is read as {@code valueOf(null)} of the type would: false, or the exception
 * that method throws. What no table allows is a {@link MessageFormatException}.
 */
final class ValueConversion {

    private ValueConversion() {}

    static boolean toBoolean(@Nullable Object value) throws MessageFormatException {
        if (value == null) {
            return false;
        }
        if (value instanceof Boolean bool) {
            return bool;
        }
        if (value instanceof String text) {
            return Boolean.parseBoolean(text);
        }
        throw refused(value, "boolean");
    }

    static byte toByte(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Byte number) {
            return number;
        }
        return Byte.parseByte(textOrNull(value, "byte"));
    }

    static short toShort(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Short || value instanceof Byte) {
            return ((Number) value).shortValue();
        }
        return Short.parseShort(textOrNull(value, "short"));
    }

    static int toInt(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).intValue();
        }
        return Integer.parseInt(textOrNull(value, "int"));
    }

    static long toLong(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        return Long.parseLong(textOrNull(value, "long"));
    }

    static float toFloat(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Float number) {
            return number;
        }
        return Float.parseFloat(textOrNull(value, "float"));
    }

    static double toDouble(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue();
        }
        return Double.parseDouble(textOrNull(value, "double"));
    }

    /** Of bodies only: properties are never chars. A null value has no char: {@link NullPointerException}. */
    static char toChar(@Nullable Object value) throws MessageFormatException {
        if (value == null) {
            throw new NullPointerException("A null value cannot be read as char");
        }
        if (value instanceof Character character) {
            return character;
        }
        throw refused(value, "char");
    }

    static @Nullable String toText(@Nullable Object value) throws MessageFormatException {
        if (value instanceof byte[]) {
            throw refused(value, "String");
        }
        return value == null ? null : value.toString();
    }

    /** Of bodies only. */
    static byte @Nullable [] toBytes(@Nullable Object value) throws MessageFormatException {
        if (value == null) {
            return null;
        }
        if (value instanceof byte[] bytes) {
            return bytes.clone();
        }
        throw refused(value, "byte[]");
    }

    /** Whether a value may be an application's property (3.5.5). */
    static boolean isPropertyType(Object value) {
        return value instanceof String
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Double
                || value instanceof Float
                || value instanceof Short
                || value instanceof Byte;
    }

    /** Whether a value may stand in the body of a map or stream message. */
    static boolean isBodyType(Object value) {
        return isPropertyType(value) || value instanceof Character || value instanceof byte[];
    }

    /** The text of a String; null passes, since parsing it fails as {@code valueOf(null)} must. */
    @SuppressWarnings("NullAway") // parse methods answer null with the exception the specification asks for
    private static String textOrNull(@Nullable Object value, String wanted) throws MessageFormatException {
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw refused(value, wanted);
    }

    private static MessageFormatException refused(Object value, String wanted) {
        return new MessageFormatException(
                "A value of type " + value.getClass().getSimpleName() + " cannot be read as " + wanted);
    }
}
