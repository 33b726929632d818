/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Property values, maps and lists of them, to bytes and back. Big endian throughout:
 *
 * <pre>
 * value   +-----+----------------------------+   tag: PropertyType.id
 *         | tag | number, 0 to 16 bytes      |   BOOLEAN 0 or 1; UUID the high half first
 *         +-----+--------+-------------------+
 *         | tag | length | bytes             |   STRING (UTF-8), BINARY
 *         +-----+--------+-------------------+
 * map     +-------+ (+--------+------------+-------+) count times, in the map's order
 *         | count | (| length | name UTF-8 | value |)
 *         +-------+ (+--------+------------+-------+)
 * list    +-------+ (+-------+) count times
 *         | count | (| value |)
 *         +-------+ (+-------+)
 * length, count: seven bits a byte, the lowest first, the top bit set on all but the last; 1 to 5 bytes
 * </pre>
 *
 * <p>Has no state; any thread. Encoding fails with {@link BrokerException} InvalidOperation for a value of another
 * class, decoding with {@link MalformedContentException} for anything that encoding could not have written.
 */
public final class PropertyCodec {

    /** An entry is at least a name's length, and a tag; a list's element a tag. No count can promise more. */
    private static final int MIN_ENTRY_BYTES = 2;

    private static final int MAX_INITIAL_CAPACITY = 512;

    private static final int MAX_BYTES = Integer.MAX_VALUE - 16;

    private PropertyCodec() {}

    /** Whether a value of this class can be a property. */
    public static boolean isSupported(@Nullable Object value) {
        return PropertyType.of(value) != null;
    }

    /** A value's bytes. */
    public static byte[] encode(@Nullable Object value) {
        byte[] bytes = new byte[sized(valueBytes("value", value))];
        putValue(new ContentWriter(bytes), value);
        return bytes;
    }

    /** The value that all of the buffer's remaining bytes are. */
    public static @Nullable Object decode(ByteBuffer in) {
        ContentReader reader = reader(in);
        Object value = readValue(reader);
        requireEnd(reader);
        return value;
    }

    /** A map's bytes, entries in its order. */
    public static byte[] encodeMap(Map<String, ? extends @Nullable Object> map) {
        byte[] bytes = new byte[sized(mapBytes(map))];
        putMap(new ContentWriter(bytes), map);
        return bytes;
    }

    /** The map that all of the buffer's remaining bytes are, in the order of the encoded one. */
    public static Map<String, @Nullable Object> decodeMap(ByteBuffer in) {
        ContentReader reader = reader(in);
        Map<String, @Nullable Object> map = readMap(reader);
        requireEnd(reader);
        return map;
    }

    /** A list's bytes. */
    public static byte[] encodeList(List<? extends @Nullable Object> list) {
        long size = ContentWriter.lengthBytes(list.size());
        for (Object value : list) {
            size += valueBytes("element", value);
        }
        byte[] bytes = new byte[sized(size)];
        ContentWriter writer = new ContentWriter(bytes);
        writer.putLength(list.size());
        for (Object value : list) {
            putValue(writer, value);
        }
        return bytes;
    }

    /** The list that all of the buffer's remaining bytes are. */
    public static List<@Nullable Object> decodeList(ByteBuffer in) {
        ContentReader reader = reader(in);
        int count = reader.readLength();
        if (count > reader.remaining()) {
            throw new MalformedContentException(
                    "a list of " + count + " values cannot fit " + reader.remaining() + " bytes");
        }
        List<@Nullable Object> list = new ArrayList<>(capacity(count));
        for (int i = 0; i < count; i++) {
            list.add(readValue(reader));
        }
        requireEnd(reader);
        return list;
    }

    /** Bytes of {@link #putMap}. */
    static long mapBytes(Map<String, ? extends @Nullable Object> map) {
        long size = ContentWriter.lengthBytes(map.size());
        for (Map.Entry<String, ? extends @Nullable Object> entry : map.entrySet()) {
            String name = entry.getKey();
            size += ContentWriter.textBytes(name) + valueBytes(name, entry.getValue());
        }
        return size;
    }

    static void putMap(ContentWriter out, Map<String, ? extends @Nullable Object> map) {
        out.putLength(map.size());
        for (Map.Entry<String, ? extends @Nullable Object> entry : map.entrySet()) {
            out.putText(entry.getKey());
            putValue(out, entry.getValue());
        }
    }

    static Map<String, @Nullable Object> readMap(ContentReader in) {
        int count = readCount(in);
        Map<String, @Nullable Object> map = new LinkedHashMap<>(capacity(count));
        for (int i = 0; i < count; i++) {
            String name = in.readText();
            map.put(name, readValue(in));
        }
        return map;
    }

    /** A message's properties, which are never null. */
    static Map<String, Object> readProperties(ContentReader in) {
        int count = readCount(in);
        Map<String, Object> map = new LinkedHashMap<>(capacity(count));
        for (int i = 0; i < count; i++) {
            String name = in.readText();
            Object value = readValue(in);
            if (value == null) {
                throw new MalformedContentException("a message's property is null");
            }
            map.put(name, value);
        }
        return map;
    }

    /** The value of one name, without decoding the others; null if it is not there. */
    static @Nullable Object findInMap(ContentReader in, String name) {
        int count = readCount(in);
        for (int i = 0; i < count; i++) {
            if (in.skipTextMatching(name)) {
                return readValue(in);
            }
            skipValue(in);
        }
        return null;
    }

    /** Passes over a map and sees that its lengths and types are possible. */
    static void skipMap(ContentReader in) {
        int count = readCount(in);
        for (int i = 0; i < count; i++) {
            in.skipBlob();
            skipValue(in);
        }
    }

    private static int readCount(ContentReader in) {
        int count = in.readLength();
        if (count > in.remaining() / MIN_ENTRY_BYTES) {
            throw new MalformedContentException(
                    "a map of " + count + " entries cannot fit " + in.remaining() + " bytes");
        }
        return count;
    }

    /** A count is only a promise: what is reserved for it at once stays small. */
    private static int capacity(int count) {
        return Math.min(count, MAX_INITIAL_CAPACITY) * 2;
    }

    private static long valueBytes(String what, @Nullable Object value) {
        PropertyType type = PropertyType.of(value);
        if (type == null) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "'" + what + "' cannot be a "
                            + (value == null ? "null" : value.getClass().getName())
                            + "; boxed primitives, String, byte[], UUID and Instant can be stored");
        }
        if (value instanceof String text) {
            return 1L + ContentWriter.textBytes(text);
        }
        if (value instanceof byte[] bytes) {
            return 1L + ContentWriter.blobBytes(bytes);
        }
        return 1L + type.fixedBytes();
    }

    private static void putValue(ContentWriter out, @Nullable Object value) {
        PropertyType type = PropertyType.of(value);
        if (type == null || value == null) {
            out.putByte(PropertyType.NULL.id());
            return;
        }
        out.putByte(type.id());
        switch (type) {
            case NULL -> throw new AssertionError("null has no value");
            case BOOLEAN -> out.putByte((Boolean) value ? 1 : 0);
            case BYTE -> out.putByte((Byte) value);
            case SHORT -> out.putShort((Short) value);
            case INT -> out.putInt((Integer) value);
            case LONG -> out.putLong((Long) value);
            case FLOAT -> out.putInt(Float.floatToRawIntBits((Float) value));
            case DOUBLE -> out.putLong(Double.doubleToRawLongBits((Double) value));
            case CHAR -> out.putShort((Character) value);
            case TIMESTAMP -> out.putLong(epochMs((Instant) value));
            case UUID -> {
                UUID uuid = (UUID) value;
                out.putLong(uuid.getMostSignificantBits());
                out.putLong(uuid.getLeastSignificantBits());
            }
            case STRING -> out.putText((String) value);
            case BINARY -> out.putBlob((byte[]) value);
        }
    }

    private static @Nullable Object readValue(ContentReader in) {
        return switch (PropertyType.byId(in.readByte())) {
            case NULL -> null;
            case BOOLEAN -> readBoolean(in);
            case BYTE -> (byte) in.readByte();
            case SHORT -> (short) in.readShort();
            case INT -> in.readInt();
            case LONG -> in.readLong();
            case FLOAT -> Float.intBitsToFloat(in.readInt());
            case DOUBLE -> Double.longBitsToDouble(in.readLong());
            case CHAR -> (char) in.readShort();
            case TIMESTAMP -> Instant.ofEpochMilli(in.readLong());
            case UUID -> new UUID(in.readLong(), in.readLong());
            case STRING -> in.readText();
            case BINARY -> in.readBlob();
        };
    }

    private static Boolean readBoolean(ContentReader in) {
        int value = in.readByte();
        if (value != 0 && value != 1) {
            throw new MalformedContentException("a boolean is " + value + ", not 0 or 1");
        }
        return value == 1;
    }

    private static void skipValue(ContentReader in) {
        int bytes = PropertyType.byId(in.readByte()).fixedBytes();
        if (bytes == PropertyType.VARIABLE) {
            in.skipBlob();
        } else {
            in.skip(bytes);
        }
    }

    private static long epochMs(Instant instant) {
        try {
            return instant.toEpochMilli();
        } catch (ArithmeticException e) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation, "an Instant is too far away to be kept in milliseconds", e);
        }
    }

    private static int sized(long bytes) {
        if (bytes > MAX_BYTES) {
            throw new BrokerException(
                    ErrorCode.MessageSizeExceeded, "values of " + bytes + " bytes are too large for a message");
        }
        return (int) bytes;
    }

    private static ContentReader reader(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return new ContentReader(bytes, 0, bytes.length);
    }

    private static void requireEnd(ContentReader in) {
        if (in.remaining() != 0) {
            throw new MalformedContentException(in.remaining() + " bytes too many");
        }
    }
}
