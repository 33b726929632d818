/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a load gives, and holds it to the rules of {@link RecordVisitor}.
 *
 * <p>Not thread safe.
 */
public final class LoadedRecords implements RecordVisitor {

    private final Map<Long, Loaded> live = new LinkedHashMap<>();

    /** A live record with its newest replacement. */
    public record Loaded(int kind, byte[] body, int replacementKind, byte @Nullable [] replacement) {

        public String text() {
            return new String(body, UTF_8);
        }

        public String replacementText() {
            return replacement == null ? "" : new String(replacement, UTF_8);
        }
    }

    @Override
    public void put(long id, int kind, ByteBuffer body) {
        assertThat(live).as("each record is put once").doesNotContainKey(id);
        assertThat(kind).isBetween(1, 127);
        live.put(id, new Loaded(kind, bytes(body), 0, null));
    }

    @Override
    public void replace(long id, int kind, ByteBuffer body) {
        Loaded record = live.get(id);
        assertThat(record).as("only what was put is replaced: %s", id).isNotNull();
        live.put(id, new Loaded(record.kind(), record.body(), kind, bytes(body)));
    }

    @Override
    public void remove(long id) {
        assertThat(live.remove(id)).as("only what was put is removed: %s", id).isNotNull();
    }

    private static byte[] bytes(ByteBuffer body) {
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }

    /** Ids of the live records in the order of their puts. */
    public List<Long> ids() {
        return new ArrayList<>(live.keySet());
    }

    public Loaded get(long id) {
        Loaded record = live.get(id);
        assertThat(record).as("record %s", id).isNotNull();
        return record;
    }

    public Map<Long, Loaded> all() {
        return Collections.unmodifiableMap(live);
    }

    /** One line a record, to compare two loads. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        live.forEach((id, record) -> lines.add(id + " " + record.kind() + " " + record.text() + " "
                + record.replacementKind() + " " + record.replacementText()));
        return lines;
    }
}
