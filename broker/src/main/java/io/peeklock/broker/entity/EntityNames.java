/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;

/**
 * The rules for the names of entities (Q4, W5, D1), which never become paths of files and yet look like some.
 *
 * <p>Has no state; any thread.
 */
public final class EntityNames {

    /** Rule Q4. */
    public static final int MAX_CHARS = 260;

    /** Of a subscription's own name, which comes on top of its topic's. */
    public static final int MAX_SUBSCRIPTION_CHARS = 128;

    /** Of the name of a subscription that an application made: its own name with the client identifier, both escaped. */
    public static final int MAX_COMPOSED_CHARS = 1024;

    /** Begins the names of temporary queues and topics that applications make, and of nothing that is created on first use. */
    public static final String TEMPORARY_PREFIX = "$temporary/";

    static final String DEAD_LETTER_SEGMENT = "$deadletterqueue";
    static final String SUBSCRIPTIONS_SEGMENT = "Subscriptions";

    /** How much of a wrong name an error shows. */
    private static final int SHOWN_CHARS = 80;

    private EntityNames() {}

    /**
     * Lets a good name pass: 1 to 260 characters, segments divided by single {@code /}, none of them empty, {@code .},
     * {@code ..} or {@code $deadletterqueue}, no control characters, no backslash, no half of a surrogate pair.
     *
     * @throws BrokerException InvalidOperation, saying what is wrong and at which index; EntityNotFound for a
     *     subscription's path
     */
    public static void check(String name) {
        if (name.isEmpty()) {
            throw invalid(name, "is empty");
        }
        if (name.length() > MAX_CHARS) {
            throw invalid(name, "has " + name.length() + " characters, at most " + MAX_CHARS + " are allowed");
        }
        checkCharacters(name);
        int from = 0;
        while (from <= name.length()) {
            int slash = name.indexOf('/', from);
            int to = slash < 0 ? name.length() : slash;
            checkSegment(name, from, to);
            from = to + 1;
        }
    }

    /**
     * Lets a subscription's own name pass: one segment of a good name.
     *
     * @throws BrokerException InvalidOperation, saying what is wrong and at which index
     */
    static void checkSubscription(String name, int maxChars) {
        checkText(name, maxChars);
        if (name.indexOf('/') >= 0) {
            throw invalid(name, "has '/' at index " + name.indexOf('/') + ", which a subscription's name may not have");
        }
        checkSegment(name, 0, name.length());
    }

    private static void checkText(String name, int maxChars) {
        if (name.isEmpty()) {
            throw invalid(name, "is empty");
        }
        if (name.length() > maxChars) {
            throw invalid(name, "has " + name.length() + " characters, at most " + maxChars + " are allowed");
        }
        checkCharacters(name);
    }

    private static void checkCharacters(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isISOControl(c)) {
                throw invalid(name, "has the control character " + unicode(c) + " at index " + i);
            }
            if (c == '\\') {
                throw invalid(name, "has a backslash at index " + i + "; segments are divided by '/'");
            }
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == name.length()
                        || !Character.isLowSurrogate(name.charAt(i + 1))) {
                    throw invalid(name, "has half a character, " + unicode(c) + ", at index " + i);
                }
                i++;
            }
        }
    }

    private static void checkSegment(String name, int from, int to) {
        if (from == to) {
            if (from == 0) {
                throw invalid(name, "begins with '/'");
            }
            if (to == name.length()) {
                throw invalid(name, "ends with '/'");
            }
            throw invalid(name, "has '//' at index " + (from - 1));
        }
        if (is(name, from, to, ".") || is(name, from, to, "..")) {
            throw invalid(
                    name,
                    "has the segment '" + name.substring(from, to) + "' at index " + from + ", which names nothing");
        }
        if (is(name, from, to, DEAD_LETTER_SEGMENT)) {
            throw invalid(
                    name,
                    "has '" + DEAD_LETTER_SEGMENT + "' at index " + from
                            + ", which may only stand once, at the end of a path, behind the name of its queue");
        }
        if (from > 0 && to < name.length() && is(name, from, to, SUBSCRIPTIONS_SEGMENT)) {
            throw invalid(
                    name,
                    "has '" + SUBSCRIPTIONS_SEGMENT + "' at index " + from
                            + ", which may only stand between the name of a topic and that of its subscription");
        }
    }

    private static boolean is(String name, int from, int to, String segment) {
        return to - from == segment.length() && name.regionMatches(true, from, segment, 0, segment.length());
    }

    /**
     * The form in which names that are not case-sensitive are compared. Maps characters one by one, as {@link
     * String#equalsIgnoreCase} does, so it depends on no locale and keeps the length.
     */
    static String foldCase(String name) {
        char[] folded = name.toCharArray();
        for (int i = 0; i < folded.length; i++) {
            folded[i] = Character.toLowerCase(Character.toUpperCase(folded[i]));
        }
        return new String(folded);
    }

    private static BrokerException invalid(String name, String what) {
        return new BrokerException(ErrorCode.InvalidOperation, "entity name " + shown(name) + " " + what);
    }

    /** The name in quotes, harmless in a log, and cut if it is long. */
    private static String shown(String name) {
        StringBuilder shown = new StringBuilder("'");
        for (int i = 0; i < Math.min(name.length(), SHOWN_CHARS); i++) {
            char c = name.charAt(i);
            if (Character.isISOControl(c) || Character.isSurrogate(c)) {
                shown.append(unicode(c));
            } else {
                shown.append(c);
            }
        }
        return shown.append(name.length() > SHOWN_CHARS ? "...'" : "'").toString();
    }

    private static String unicode(char c) {
        return String.format("U+%04X", (int) c);
    }
}
