/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import java.util.List;
import java.util.Map;

/** A value of a JSON document, which knows where it stands. Immutable. */
sealed interface JsonValue {

    Position at();

    /** What it is, for messages. */
    String kind();

    /** Fields in the order of the document. */
    record JsonObject(Position at, Map<String, JsonField> fields) implements JsonValue {
        @Override
        public String kind() {
            return "an object";
        }
    }

    /** A field of an object: where its name stands, and its value. */
    record JsonField(Position at, JsonValue value) {}

    record JsonArray(Position at, List<JsonValue> values) implements JsonValue {
        @Override
        public String kind() {
            return "a list";
        }
    }

    record JsonText(Position at, String text) implements JsonValue {
        @Override
        public String kind() {
            return "a text";
        }
    }

    /** As it is written. */
    record JsonNumber(Position at, String text, boolean whole) implements JsonValue {
        @Override
        public String kind() {
            return "a number";
        }
    }

    record JsonFlag(Position at, boolean value) implements JsonValue {
        @Override
        public String kind() {
            return "true or false";
        }
    }

    record JsonNull(Position at) implements JsonValue {
        @Override
        public String kind() {
            return "null";
        }
    }
}
