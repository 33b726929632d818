/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.PropertyCodec;
import io.peeklock.jms.destination.PeeklockDestination;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.MessageFormatException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A map message: names and values, in the order they were set.
 *
 * <p>Not thread safe.
 */
public final class PeeklockMapMessage extends PeeklockMessage implements MapMessage {

    private @Nullable Map<String, @Nullable Object> values;

    public PeeklockMapMessage(MessageSettings settings) {
        super(settings);
    }

    PeeklockMapMessage(
            Delivery delivery,
            PeeklockDestination source,
            MessageSettings settings,
            @Nullable Acknowledger acknowledger) {
        super(delivery, source, settings, acknowledger);
    }

    /** Decoded when first asked for. */
    private Map<String, @Nullable Object> values() throws JMSException {
        Map<String, @Nullable Object> map = values;
        if (map == null) {
            ByteBuffer body = receivedBody();
            map = body != null && body.hasRemaining()
                    ? ReceivedBody.decode(() -> PropertyCodec.decodeMap(body))
                    : new LinkedHashMap<>();
            values = map;
        }
        return map;
    }

    private @Nullable Object value(@Nullable String name) throws JMSException {
        return name == null ? null : values().get(name);
    }

    @Override
    public void clearBody() throws JMSException {
        super.clearBody();
        values = null;
    }

    @Override
    BodyKind bodyKind() {
        return BodyKind.MAP;
    }

    @Override
    byte[] encodeBody() throws JMSException {
        return PropertyCodec.encodeMap(values());
    }

    @Override
    @Nullable
    Object body() throws JMSException {
        if (values().isEmpty()) {
            return null;
        }
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(values());
        copy.replaceAll((name, value) -> value instanceof byte[] bytes ? bytes.clone() : value);
        return copy;
    }

    /** Only what the specification names: the class of the map is none of the application's business. */
    @Override
    boolean hasBodyOf(Class<?> wanted) {
        return wanted == Map.class || wanted == Object.class;
    }

    @Override
    public boolean itemExists(@Nullable String name) throws JMSException {
        return name != null && values().containsKey(name);
    }

    @Override
    public Enumeration<String> getMapNames() throws JMSException {
        return Collections.enumeration(List.copyOf(values().keySet()));
    }

    @Override
    public boolean getBoolean(@Nullable String name) throws JMSException {
        return ValueConversion.toBoolean(value(name));
    }

    @Override
    public byte getByte(@Nullable String name) throws JMSException {
        return ValueConversion.toByte(value(name));
    }

    @Override
    public short getShort(@Nullable String name) throws JMSException {
        return ValueConversion.toShort(value(name));
    }

    @Override
    public char getChar(@Nullable String name) throws JMSException {
        return ValueConversion.toChar(value(name));
    }

    @Override
    public int getInt(@Nullable String name) throws JMSException {
        return ValueConversion.toInt(value(name));
    }

    @Override
    public long getLong(@Nullable String name) throws JMSException {
        return ValueConversion.toLong(value(name));
    }

    @Override
    public float getFloat(@Nullable String name) throws JMSException {
        return ValueConversion.toFloat(value(name));
    }

    @Override
    public double getDouble(@Nullable String name) throws JMSException {
        return ValueConversion.toDouble(value(name));
    }

    @Override
    public @Nullable String getString(@Nullable String name) throws JMSException {
        return ValueConversion.toText(value(name));
    }

    @Override
    public byte @Nullable [] getBytes(@Nullable String name) throws JMSException {
        return ValueConversion.toBytes(value(name));
    }

    @Override
    public @Nullable Object getObject(@Nullable String name) throws JMSException {
        Object value = value(name);
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    @Override
    public void setBoolean(String name, boolean value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setByte(String name, byte value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setShort(String name, short value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setChar(String name, char value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setInt(String name, int value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setLong(String name, long value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setFloat(String name, float value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setDouble(String name, double value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setString(String name, @Nullable String value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setBytes(String name, byte @Nullable [] value) throws JMSException {
        put(name, value == null ? null : value.clone());
    }

    @Override
    public void setBytes(String name, byte[] value, int offset, int length) throws JMSException {
        Objects.checkFromIndexSize(offset, length, value.length);
        put(name, Arrays.copyOfRange(value, offset, offset + length));
    }

    @Override
    public void setObject(String name, @Nullable Object value) throws JMSException {
        if (value != null && !ValueConversion.isBodyType(value)) {
            requireWritableBody();
            throw new MessageFormatException("A map message cannot hold a "
                    + value.getClass().getName() + ": only the primitive types, their objects, String and byte[]");
        }
        put(name, value instanceof byte[] bytes ? bytes.clone() : value);
    }

    private void put(@Nullable String name, @Nullable Object value) throws JMSException {
        requireWritableBody();
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException(
                    "A value of a map needs a name, got " + (name == null ? "null" : "\"\""));
        }
        values().put(name, value);
    }
}
