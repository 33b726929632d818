/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import io.peeklock.broker.message.Message;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A message as rules see it: properties are decoded once for all rules that look at it, and only if one does.
 *
 * <p>Not thread safe. What an action changes is seen through the same view and leaves the message as it is.
 */
public final class MessageView {
    private final Message message;
    private final LongSupplier random;
    private final Map<String, @Nullable Object> changes = new LinkedHashMap<>();
    private final Map<SystemProperty, @Nullable Object> systemChanges = new EnumMap<>(SystemProperty.class);
    private @Nullable Map<String, Object> properties;
    /** The names as they are written, by their form without case. */
    private final Map<String, String> spellings = new HashMap<>();

    /** @param random of which newid() is made */
    public MessageView(Message message, LongSupplier random) {
        this.message = message;
        this.random = random;
    }

    Message message() {
        return message;
    }

    UUID newId() {
        return new UUID(
                random.getAsLong() & ~0xF000L | 0x4000L,
                random.getAsLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L);
    }

    /** An application property in any case of letters, as it was set (rule R5); null if it is not there. */
    @Nullable
    Object property(String name) {
        Map<String, Object> all = properties();
        String spelling = spelling(name);
        return changes.containsKey(spelling) ? changes.get(spelling) : all.get(spelling);
    }

    /** All application properties as they were sent. */
    Map<String, Object> properties() {
        Map<String, Object> decoded = properties;
        if (decoded == null) {
            decoded = message.properties();
            for (String name : decoded.keySet()) {
                spellings.putIfAbsent(folded(name), name);
            }
            properties = decoded;
        }
        return decoded;
    }

    /** As the message has it: exactly, or the first in another case; else as it is written here. */
    private String spelling(String name) {
        if (changes.containsKey(name) || properties != null && properties.containsKey(name)) {
            return name;
        }
        return spellings.getOrDefault(folded(name), name);
    }

    /** Locale plays no part, as in {@link String#equalsIgnoreCase}. */
    private static String folded(String name) {
        char[] chars = name.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            chars[i] = Character.toLowerCase(Character.toUpperCase(chars[i]));
        }
        return new String(chars);
    }

    @Nullable
    Object system(SystemProperty property) {
        return systemChanges.containsKey(property) ? systemChanges.get(property) : property.read(message);
    }

    /** Sets an application property, or removes it. */
    void change(String name, @Nullable Object value) {
        properties();
        String spelling = spelling(name);
        changes.put(spelling, value);
        spellings.putIfAbsent(folded(name), spelling);
    }

    void change(SystemProperty property, @Nullable Object value) {
        systemChanges.put(property, value);
    }

    /** The message with what was changed, by this rule. */
    Message changed(String ruleName) {
        Message.Builder builder = message.toBuilder();
        systemChanges.forEach((property, value) -> property.write(builder, value));
        for (Map.Entry<String, @Nullable Object> change : changes.entrySet()) {
            Object value = change.getValue();
            if (value == null) {
                builder.removeProperty(change.getKey());
            } else {
                builder.property(change.getKey(), value);
            }
        }
        return builder.property(CompiledRule.RULE_NAME, ruleName).build();
    }
}
