/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import java.util.List;
import java.util.Set;

/**
 * Classes that may be deserialised from a message: plain values of the JDK and what the option {@code trustedPackages}
 * names.
 *
 * <p>Immutable, thread safe.
 */
public final class TrustedClasses {

    // Values that hold no other objects of an attacker's choice. No collections: nested sets alone can stop a JVM.
    private static final Set<String> VALUES = Set.of(
            "java.lang.Boolean",
            "java.lang.Byte",
            "java.lang.Character",
            "java.lang.Double",
            "java.lang.Enum",
            "java.lang.Float",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Number",
            "java.lang.Short",
            "java.lang.String",
            "java.lang.StringBuffer",
            "java.lang.StringBuilder",
            "java.math.BigDecimal",
            "java.math.BigInteger",
            "java.util.Date",
            "java.util.UUID");
    private static final String VALUES_OF_TIME = "java.time.";

    private final List<String> trusted;
    private final boolean all;

    /** @param trustedPackages names of packages (with those below them) and classes; {@code *} for everything */
    public TrustedClasses(List<String> trustedPackages) {
        trusted = List.copyOf(trustedPackages);
        all = trusted.contains("*");
    }

    boolean trusts(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        if (all || element.isPrimitive()) {
            return true;
        }
        // An array of objects may hold anything trusted; each element is judged by its own class.
        if (type.isArray() && element == Object.class) {
            return true;
        }
        String name = element.getName();
        return VALUES.contains(name)
                || name.startsWith(VALUES_OF_TIME)
                || trusted.stream().anyMatch(entry -> covers(entry, name));
    }

    private static boolean covers(String entry, String name) {
        return name.startsWith(entry)
                && (name.length() == entry.length()
                        || name.charAt(entry.length()) == '.'
                        || name.charAt(entry.length()) == '$');
    }
}
