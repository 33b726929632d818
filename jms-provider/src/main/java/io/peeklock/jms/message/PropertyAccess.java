/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * The part of every message that gives access to its properties (Jakarta Messaging 3.5).
 *
 * <p>Not thread safe.
 */
abstract class PropertyAccess implements Message {

    private final MessageProperties properties;

    PropertyAccess(MessageProperties properties) {
        this.properties = properties;
    }

    final MessageProperties properties() {
        return properties;
    }

    @Override
    public void clearProperties() {
        properties.clear();
    }

    @Override
    public boolean propertyExists(@Nullable String name) {
        return properties.exists(name);
    }

    @Override
    public Enumeration<String> getPropertyNames() {
        return Collections.enumeration(properties.names());
    }

    @Override
    public boolean getBooleanProperty(@Nullable String name) throws JMSException {
        return ValueConversion.toBoolean(properties.get(name));
    }

    @Override
    public byte getByteProperty(@Nullable String name) throws JMSException {
        return ValueConversion.toByte(properties.get(name));
    }

    @Override
    public short getShortProperty(@Nullable String name) throws JMSException {
        return ValueConversion.toShort(properties.get(name));
    }

    @Override
    public int getIntProperty(@Nullable String name) throws JMSException {
        return ValueConversion.toInt(properties.get(name));
    }

    @Override
    public long getLongProperty(@Nullable String name) throws JMSException {
        return ValueConversion.toLong(properties.get(name));
    }

    @Override
    public float getFloatProperty(@Nullable String name) throws JMSException {
        return ValueConversion.toFloat(properties.get(name));
    }

    @Override
    public double getDoubleProperty(@Nullable String name) throws JMSException {
        return ValueConversion.toDouble(properties.get(name));
    }

    @Override
    public @Nullable String getStringProperty(@Nullable String name) throws JMSException {
        return ValueConversion.toText(properties.get(name));
    }

    @Override
    public @Nullable Object getObjectProperty(@Nullable String name) {
        return properties.get(name);
    }

    @Override
    public void setBooleanProperty(String name, boolean value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setByteProperty(String name, byte value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setShortProperty(String name, short value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setIntProperty(String name, int value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setLongProperty(String name, long value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setFloatProperty(String name, float value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setDoubleProperty(String name, double value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setStringProperty(String name, @Nullable String value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setObjectProperty(String name, @Nullable Object value) throws JMSException {
        properties.set(name, value);
    }
}
