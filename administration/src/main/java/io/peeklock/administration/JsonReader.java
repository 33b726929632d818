/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.administration.JsonValue.JsonArray;
import io.peeklock.administration.JsonValue.JsonField;
import io.peeklock.administration.JsonValue.JsonFlag;
import io.peeklock.administration.JsonValue.JsonNull;
import io.peeklock.administration.JsonValue.JsonNumber;
import io.peeklock.administration.JsonValue.JsonObject;
import io.peeklock.administration.JsonValue.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads a JSON document (RFC 8259, and the comments and trailing commas that .NET's configuration reader takes), of bounded depth and size, into values that know where they stand.
 *
 * <p>Used by one thread, for one document.
 */
final class JsonReader {
    static final int MAX_DEPTH = 64;
    private static final int MAX_NAME_CHARS = 1024;
    private static final int MAX_NUMBER_CHARS = 100;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength(MAX_NAME_CHARS)
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .build())
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    private final Problems problems;
    private final JsonParser parser;

    private JsonReader(JsonParser parser, Problems problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /** The document; null if it is none, which is a problem then. Fields that stand there twice are problems too. */
    static @Nullable JsonValue read(String document, Problems problems) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), document)) {
            return new JsonReader(parser, problems).document();
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            Position position = at == null
                    ? new Position(1, 1)
                    : new Position(Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
            problems.add("", position, "this is no JSON: " + harmless(e.getOriginalMessage()));
            return null;
        }
    }

    /** Without what stands there: it may be a key that lacks its quotes. */
    private static String harmless(String message) {
        return message.replaceAll("(?s)token '.*?'", "token");
    }

    private @Nullable JsonValue document() {
        if (parser.nextToken() == null) {
            problems.add("", new Position(1, 1), "the file is empty; the least that is one is {}");
            return null;
        }
        JsonValue value = value("");
        if (parser.nextToken() != null) {
            problems.add("", at(), "there is something behind the end of the document");
        }
        return value;
    }

    private Position at() {
        TokenStreamLocation at = parser.currentTokenLocation();
        return new Position(at.getLineNr(), at.getColumnNr());
    }

    private JsonValue value(String path) {
        Position at = at();
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(at, path);
            case START_ARRAY -> array(at, path);
            case VALUE_STRING -> new JsonText(at, parser.getString());
            case VALUE_NUMBER_INT -> new JsonNumber(at, parser.getString(), true);
            case VALUE_NUMBER_FLOAT -> new JsonNumber(at, parser.getString(), false);
            case VALUE_TRUE, VALUE_FALSE -> new JsonFlag(at, token == JsonToken.VALUE_TRUE);
            case VALUE_NULL -> new JsonNull(at);
            default -> throw new IllegalStateException("unexpected token " + token);
        };
    }

    private JsonObject object(Position at, String path) {
        Map<String, JsonField> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            Position nameAt = at();
            String name = parser.currentName();
            String fieldPath = Section.join(path, name);
            parser.nextToken();
            JsonField field = new JsonField(nameAt, value(fieldPath));
            JsonField before = fields.putIfAbsent(name, field);
            if (before != null) {
                problems.add(fieldPath, nameAt, "the field is there twice, first in " + before.at());
            }
        }
        return new JsonObject(at, fields);
    }

    private JsonArray array(Position at, String path) {
        List<JsonValue> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(value(path + "[" + values.size() + "]"));
        }
        return new JsonArray(at, values);
    }
}
