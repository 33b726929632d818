/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

/** What the bytes of a message's body are. Ids are on disk: never changed or reused. */
public enum BodyKind {
    /** No body. */
    NONE(0),
    /** UTF-8 text. */
    TEXT(1),
    /** Plain bytes. */
    BYTES(2),
    /** Names and values of the property types, encoded by {@code PropertyCodec}. */
    MAP(3),
    /** Values of the property types, encoded by {@code PropertyCodec}. */
    STREAM(4),
    /** A serialized Java object. */
    OBJECT(5),
    /** A text message whose text is null, which is not the empty text; no bytes. */
    NULL_TEXT(6);

    private final int id;

    BodyKind(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }

    public static BodyKind of(int id) {
        for (BodyKind kind : values()) {
            if (kind.id == id) {
                return kind;
            }
        }
        throw new IllegalArgumentException("unknown body kind " + id);
    }
}
