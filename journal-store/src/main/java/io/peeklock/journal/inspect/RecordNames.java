/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.inspect;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Turns kinds and bodies into text that is safe to print.
 *
 * <p>Owned by one thread.
 */
final class RecordNames {

    private static final int MOST_CHARS = 2_000;

    private final List<RecordDescriber> describers;

    RecordNames(List<RecordDescriber> describers) {
        this.describers = List.copyOf(describers);
    }

    static RecordNames found() {
        List<RecordDescriber> found = new ArrayList<>();
        ServiceLoader.load(RecordDescriber.class, RecordNames.class.getClassLoader())
                .forEach(found::add);
        return new RecordNames(found);
    }

    /** Only what is known of the records of this journal. */
    RecordNames in(int journal) {
        return new RecordNames(describers.stream()
                .filter(describer -> describer.knows(journal))
                .toList());
    }

    String kind(int kind) {
        for (RecordDescriber describer : describers) {
            String name = describer.name(kind);
            if (!name.isEmpty()) {
                return kind + " " + printable(name);
            }
        }
        return Integer.toString(kind);
    }

    String body(int kind, ByteBuffer body, boolean hex) {
        if (!hex) {
            for (RecordDescriber describer : describers) {
                String text = describe(describer, kind, body);
                if (!text.isEmpty()) {
                    return printable(text);
                }
            }
        }
        byte[] bytes = new byte[Math.min(body.remaining(), MOST_CHARS / 2)];
        body.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes) + (bytes.length < body.remaining() ? "..." : "");
    }

    private static String describe(RecordDescriber describer, int kind, ByteBuffer body) {
        try {
            return describer.describe(kind, body.asReadOnlyBuffer());
        } catch (RuntimeException e) {
            // What is damaged, or of another version, must not end the listing.
            return "(cannot be described: " + e.getClass().getSimpleName() + ")";
        }
    }

    /** A body could hold what a terminal takes for commands. */
    static String printable(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().limit(MOST_CHARS).forEach(c -> {
            if (Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || Character.getType(c) == Character.LINE_SEPARATOR
                    || Character.getType(c) == Character.PARAGRAPH_SEPARATOR) {
                safe.append("\\u%04x".formatted(c));
            } else {
                safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }
}
