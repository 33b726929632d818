/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import org.jspecify.annotations.Nullable;

/**
 * The types of property values, and the tag byte of each in a message. They are AMQP 1.0 primitives; ids are on disk:
 * never changed or reused. The gaps are for AMQP's other types (unsigned at 0x18, decimals at 0x28, symbol at 0x42).
 *
 * <p>Immutable.
 */
public enum PropertyType {
    /** No value: in maps of modified properties it removes the property. */
    NULL(0x00, 0),
    BOOLEAN(0x01, 1),
    BYTE(0x10, 1),
    SHORT(0x11, 2),
    INT(0x12, 4),
    LONG(0x13, 8),
    FLOAT(0x20, 4),
    DOUBLE(0x21, 8),
    /** One UTF-16 code unit. */
    CHAR(0x30, 2),
    /** Milliseconds since the epoch, signed. */
    TIMESTAMP(0x31, 8),
    UUID(0x32, 16),
    STRING(0x40, PropertyType.VARIABLE),
    BINARY(0x41, PropertyType.VARIABLE);

    /** Value of {@link #fixedBytes} of the types that carry their length. */
    static final int VARIABLE = -1;

    private static final @Nullable PropertyType[] BY_ID = new PropertyType[0x80];

    static {
        for (PropertyType type : values()) {
            BY_ID[type.id] = type;
        }
    }

    private final int id;
    private final int fixedBytes;

    PropertyType(int id, int fixedBytes) {
        this.id = id;
        this.fixedBytes = fixedBytes;
    }

    /** The tag byte. */
    public int id() {
        return id;
    }

    /** Bytes of a value behind its tag, {@link #VARIABLE} if it carries its length. */
    int fixedBytes() {
        return fixedBytes;
    }

    /**
     * The type of a tag byte.
     *
     * @throws MalformedContentException if there is none
     */
    static PropertyType byId(int id) {
        PropertyType type = id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
        if (type == null) {
            throw new MalformedContentException("unknown property type 0x" + Integer.toHexString(id & 0xFF));
        }
        return type;
    }

    /** The type of a value, or null if values of its class cannot be properties. */
    public static @Nullable PropertyType of(@Nullable Object value) {
        // Ordered by how often they are met; all of these classes are final, so each test is one comparison.
        if (value instanceof String) {
            return STRING;
        }
        if (value instanceof Integer) {
            return INT;
        }
        if (value instanceof Long) {
            return LONG;
        }
        if (value instanceof Boolean) {
            return BOOLEAN;
        }
        if (value instanceof Double) {
            return DOUBLE;
        }
        return value == null ? NULL : ofRareClass(value);
    }

    private static @Nullable PropertyType ofRareClass(Object value) {
        if (value instanceof Byte) {
            return BYTE;
        }
        if (value instanceof Short) {
            return SHORT;
        }
        if (value instanceof Float) {
            return FLOAT;
        }
        if (value instanceof Character) {
            return CHAR;
        }
        if (value instanceof byte[]) {
            return BINARY;
        }
        if (value instanceof java.time.Instant) {
            return TIMESTAMP;
        }
        return value instanceof java.util.UUID ? UUID : null;
    }
}
