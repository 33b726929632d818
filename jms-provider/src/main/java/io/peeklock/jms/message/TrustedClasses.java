/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Classes that may be deserialised from a message: values, exceptions and collections of the JDK and what the option {@code
 * trustedPackages} names.
 *
 * <p>Immutable, thread safe.
 */
public final class TrustedClasses {

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
        return JdkClasses.contains(element) || trusted.stream().anyMatch(entry -> covers(entry, name));
    }

    boolean trustsAll() {
        return all;
    }

    /** The option with which a class would be trusted too. */
    String optionWith(String name) {
        return "trustedPackages="
                + Stream.concat(trusted.stream(), Stream.of(name)).collect(Collectors.joining(","));
    }

    private static boolean covers(String entry, String name) {
        return name.startsWith(entry)
                && (name.length() == entry.length()
                        || name.charAt(entry.length()) == '.'
                        || name.charAt(entry.length()) == '$');
    }
}
