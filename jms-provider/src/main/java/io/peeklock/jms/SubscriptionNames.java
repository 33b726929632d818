/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.entity.EntityNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Names the durable subscriptions of applications in the bus, so that different ones never share a name.
 *
 * <p>Has no state; any thread.
 *
 * <p>A shared one without client identifier keeps its name: an administrator's subscription of that name is the same
 * thing. All others begin with {@code $}, as do names that the bus would not take and those that begin so themselves:
 *
 * <pre>
 *   $D$client$name   unshared
 *   $S$client$name   shared, with a client identifier
 *   $S$$name         shared, without one, if its name cannot stand alone
 * </pre>
 *
 * Client identifier and name are escaped there: {@code %}, {@code $} and what the bus does not take are {@code %} and
 * the four hexadecimal digits of their UTF-16 unit. What would be longer than the bus takes is the kind and a SHA-256.
 */
final class SubscriptionNames {

    private static final String UNSHARED = "$D$";
    private static final String SHARED = "$S$";

    private SubscriptionNames() {}

    /** Of an unshared durable subscription. */
    static String unshared(String clientId, String name) {
        return composed(UNSHARED, clientId, name);
    }

    /** Of a shared durable subscription. */
    static String shared(@Nullable String clientId, String name) {
        return clientId == null && canStandAlone(name) ? name : composed(SHARED, clientId, name);
    }

    private static boolean canStandAlone(String name) {
        return name.length() <= EntityNames.MAX_SUBSCRIPTION_CHARS
                && !name.startsWith("$")
                && !name.equals(".")
                && !name.equals("..")
                && !isRefused(name);
    }

    private static boolean isRefused(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (isRefused(name, i)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the bus takes no name with the character at an index. */
    private static boolean isRefused(String name, int index) {
        char c = name.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 == name.length() || !Character.isLowSurrogate(name.charAt(index + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return index == 0 || !Character.isHighSurrogate(name.charAt(index - 1));
        }
        return c == '/' || c == '\\' || Character.isISOControl(c);
    }

    private static String composed(String kind, @Nullable String clientId, String name) {
        // With three '$' in all, since none is left in the escaped parts; the digest's form has two.
        String owner = escaped(clientId == null ? "" : clientId) + "$" + escaped(name);
        String whole = kind + owner;
        return whole.length() <= EntityNames.MAX_COMPOSED_CHARS ? whole : kind + digest(owner);
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' || c == '$' || isRefused(text, i)) {
                escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
