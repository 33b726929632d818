/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import java.util.Arrays;
import java.util.Optional;

/**
 * The pattern of a LIKE: {@code _} is any one character, {@code %} any number of them.
 *
 * <p>Immutable, thread safe. Matching never goes back further than to the last {@code %}, so that its time is bounded by
 * the text's length times that of the longest part between two of them, whatever the pattern.
 */
public final class LikePattern {

    private static final int ANY_ONE = -1;
    private static final int ANY_NUMBER = -2;

    private final int[] parts;

    private LikePattern(int[] parts) {
        this.parts = parts;
    }

    /**
     * @param escape code point before which {@code _} and {@code %} mean themselves, or -1
     * @param position where the pattern stands, for the error message
     */
    static LikePattern compile(String pattern, int escape, int position) {
        return of(pattern, escape)
                .orElseThrow(() -> Selector.invalid(position, "the pattern ends with its escape character"));
    }

    /**
     * Compiles a pattern; empty if it ends with its escape character.
     *
     * @param escape code point before which {@code _} and {@code %} mean themselves, or -1
     */
    public static Optional<LikePattern> of(String pattern, int escape) {
        int[] parts = new int[pattern.length()];
        int count = 0;
        boolean escaped = false;
        for (int i = 0; i < pattern.length(); i += Character.charCount(pattern.codePointAt(i))) {
            int c = pattern.codePointAt(i);
            if (!escaped && c == escape) {
                escaped = true;
                continue;
            }
            int part = escaped ? c : meaning(c);
            escaped = false;
            if (part != ANY_NUMBER || count == 0 || parts[count - 1] != ANY_NUMBER) {
                parts[count++] = part;
            }
        }
        return escaped ? Optional.empty() : Optional.of(new LikePattern(Arrays.copyOf(parts, count)));
    }

    private static int meaning(int c) {
        return switch (c) {
            case '_' -> ANY_ONE;
            case '%' -> ANY_NUMBER;
            default -> c;
        };
    }

    /** Whether all of a text is like this. */
    public boolean matches(String text) {
        int at = 0;
        int part = 0;
        int retryPart = -1;
        int retryAt = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            if (part < parts.length && parts[part] == ANY_NUMBER) {
                part++;
                if (part == parts.length) {
                    return true;
                }
                retryPart = part;
                retryAt = at;
            } else if (part < parts.length && (parts[part] == ANY_ONE || parts[part] == c)) {
                part++;
                at += Character.charCount(c);
            } else if (retryPart >= 0) {
                // The last % takes one character more; those before it have found their place for good.
                retryAt += Character.charCount(text.codePointAt(retryAt));
                at = retryAt;
                part = retryPart;
            } else {
                return false;
            }
        }
        return part == parts.length || (part == parts.length - 1 && parts[part] == ANY_NUMBER);
    }
}
