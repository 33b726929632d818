/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Properties of one message: names checked, types converted (Jakarta Messaging 3.5).
 *
 * <p>Not thread safe.
 */
final class MessageProperties {

    /** What most sends put on a message: nothing, over what an earlier one has. */
    private static final Map<String, @Nullable Object> BY_NOBODY = Collections.unmodifiableMap(by(null, null));

    private final Map<String, Object> own = new LinkedHashMap<>();
    private @Nullable ReceivedProperties received;
    private int acknowledgeType;

    // What the last send of this object has put on it; null before one.
    private @Nullable Map<String, @Nullable Object> ofSend;

    /** Empty and writable. */
    MessageProperties() {}

    /** Those of a received message: read-only until they are cleared. */
    MessageProperties(ReceivedProperties received) {
        this.received = received;
    }

    /** Takes them all away; from then on they can be set. */
    void clear() {
        own.clear();
        received = null;
        ofSend = null;
        acknowledgeType = 0;
    }

    /** It is being sent: whoever has sent it before is forgotten. */
    void sentBy(@Nullable String userId, @Nullable String applicationId) {
        ofSend = userId == null && applicationId == null ? BY_NOBODY : by(userId, applicationId);
    }

    private static Map<String, @Nullable Object> by(@Nullable String userId, @Nullable String applicationId) {
        Map<String, @Nullable Object> properties = new HashMap<>();
        properties.put(PropertyNames.USER_ID, userId);
        properties.put(PropertyNames.APPLICATION_ID, applicationId);
        return properties;
    }

    /** This send has a property of its own, over what is here; null hides that. After {@link #sentBy}. */
    void putOfSend(String name, @Nullable String value) {
        Map<String, @Nullable Object> sent = ofSend;
        if (sent == null) {
            throw new IllegalStateException("the message is not being sent");
        }
        if (sent == BY_NOBODY) {
            sent = by(null, null);
            ofSend = sent;
        }
        sent.put(name, value);
    }

    /** What the application itself has set, and would be sent without what sends put on it. */
    @Nullable
    Object setByApplication(String name) {
        return received == null ? own.get(name) : null;
    }

    /** Names of what was set, of the group and of the delivery count; not the bus's {@code JMS_SB_} numbers. */
    Set<String> names() {
        ReceivedProperties from = received;
        Set<String> names = new LinkedHashSet<>(from == null ? own.keySet() : from.names());
        Map<String, @Nullable Object> sent = ofSend;
        if (sent != null) {
            sent.forEach((name, value) -> {
                if (value == null) {
                    names.remove(name);
                } else {
                    names.add(name);
                }
            });
        }
        return Collections.unmodifiableSet(names);
    }

    boolean exists(@Nullable String name) {
        return get(name) != null;
    }

    /** The value, or null if there is none. */
    @Nullable
    Object get(@Nullable String name) {
        if (name == null) {
            return null;
        }
        if (name.equals(PropertyNames.ACKNOWLEDGE_TYPE)) {
            return acknowledgeType == 0 ? null : acknowledgeType;
        }
        Map<String, @Nullable Object> sent = ofSend;
        if (sent != null && sent.containsKey(name)) {
            return sent.get(name);
        }
        ReceivedProperties from = received;
        return from == null ? own.get(name) : from.get(name);
    }

    /** How this message is settled on {@code acknowledge()}: 1 to 5, or 0 if the application did not say. */
    int acknowledgeType() {
        return acknowledgeType;
    }

    /** Sets a property; null takes it away. */
    void set(@Nullable String name, @Nullable Object value) throws JMSException {
        if (PropertyNames.ACKNOWLEDGE_TYPE.equals(name)) {
            setAcknowledgeType(value);
            return;
        }
        if (received != null) {
            throw new MessageNotWriteableException(
                    "Properties of a received message are read-only until clearProperties() is called");
        }
        PropertyNames.check(name);
        if (value != null && !ValueConversion.isPropertyType(value)) {
            throw new MessageFormatException("Property " + name + " cannot be of type "
                    + value.getClass().getName() + ": only the primitive types, their objects and String");
        }
        put(name, value);
    }

    /** Without the checks of a name, which another provider or front door may have allowed. */
    void put(@Nullable String name, @Nullable Object value) throws JMSException {
        // A received message names them, so a loop that copies properties sets them: it has no effect, 3.5.9.
        if (name == null || PropertyNames.PROVIDED.contains(name)) {
            return;
        }
        if (value == null) {
            own.remove(name);
        } else {
            own.put(name, input(name, value));
        }
    }

    private static Object input(String name, Object value) throws JMSException {
        Class<?> type = PropertyNames.INPUTS.get(name);
        if (type == null || type.isInstance(value)) {
            return value;
        }
        if (type == Integer.class && (value instanceof Short || value instanceof Byte)) {
            return ((Number) value).intValue();
        }
        throw new MessageFormatException("Property " + name + " is of type " + type.getSimpleName() + ", not "
                + value.getClass().getSimpleName());
    }

    private void setAcknowledgeType(@Nullable Object value) throws JMSException {
        if (value == null) {
            acknowledgeType = 0;
            return;
        }
        int type = value instanceof Integer || value instanceof Short || value instanceof Byte
                ? ((Number) value).intValue()
                : -1;
        if (type < 1 || type > 5) {
            throw new MessageFormatException(PropertyNames.ACKNOWLEDGE_TYPE
                    + " is an int: 1 accept, 2 reject, 3 release, 4 modified failed, 5 modified undeliverable");
        }
        acknowledgeType = type;
    }
}
