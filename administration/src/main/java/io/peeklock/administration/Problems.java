/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.error.BrokerException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is wrong with one file, so that all of it is said at once.
 *
 * <p>Not thread safe.
 */
final class Problems {
    private static final int SHOWN_CHARS = 60;

    private final String source;
    private final List<Problem> all = new ArrayList<>();

    /** @param source what is read, for the message */
    Problems(String source) {
        this.source = source;
    }

    void add(String path, Position at, String what) {
        all.add(new Problem(path, at, what));
    }

    /** Runs what may be refused by the bus; null if it is, and that is a problem then. */
    <T> @Nullable T attempt(String path, Position at, Supplier<T> making) {
        try {
            return making.get();
        } catch (BrokerException e) {
            add(path, at, String.valueOf(e.getMessage()));
            return null;
        }
    }

    int count() {
        return all.size();
    }

    /** @throws ConfigException if there are any */
    void throwIfAny() {
        if (!all.isEmpty()) {
            List<Problem> sorted = new ArrayList<>(all);
            sorted.sort(Comparator.comparingInt((Problem p) -> p.at().line()).thenComparingInt(p -> p.at().column()));
            throw new ConfigException(source, sorted);
        }
    }

    /** A text of the file in quotes, harmless in a log, and cut if it is long. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder("'");
        text.chars()
                .limit(SHOWN_CHARS)
                .forEach(c ->
                        shown.append(Character.isISOControl(c) || Character.isSurrogate((char) c) ? '?' : (char) c));
        return shown.append(text.length() > SHOWN_CHARS ? "...'" : "'").toString();
    }
}
