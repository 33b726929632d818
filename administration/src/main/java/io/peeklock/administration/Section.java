/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.administration.JsonValue.JsonArray;
import io.peeklock.administration.JsonValue.JsonField;
import io.peeklock.administration.JsonValue.JsonNull;
import io.peeklock.administration.JsonValue.JsonObject;
import io.peeklock.administration.JsonValue.JsonText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object of the file while it is read: gives its fields, whatever the case of their names, and says which of them nobody asked
 * for. A field that is null counts as one that is not there.
 *
 * <p>Not thread safe.
 */
final class Section {
    private final String path;
    private final Position at;
    private final JsonObject object;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();
    /** Fields of other sections, in lower case, with the name of theirs. */
    private final Map<String, String> elsewhere = new HashMap<>();
    /** As they are spelled in the file. */
    private final Set<String> found = new HashSet<>();

    private Section(String path, JsonObject object, Problems problems) {
        this.path = path;
        this.at = object.at();
        this.object = object;
        this.problems = problems;
    }

    /** Null if the value is no object, which is a problem then. */
    static @Nullable Section of(String path, JsonValue value, Problems problems) {
        if (value instanceof JsonObject object) {
            return new Section(path, object, problems);
        }
        problems.add(path, value.at(), "an object, {...}, is needed here, not " + value.kind());
        return null;
    }

    static String join(String path, String name) {
        String shown = Problems.shown(name);
        String plain = shown.substring(1, shown.length() - 1);
        return path.isEmpty() ? plain : path + "." + plain;
    }

    String path() {
        return path;
    }

    Position at() {
        return at;
    }

    Problems problems() {
        return problems;
    }

    String pathOf(String name) {
        return join(path, name);
    }

    /** Where the value of a field stands; where this begins if it is not there. */
    Position at(String name) {
        JsonField field = field(name);
        return field == null ? at : field.value().at();
    }

    /** The field that is spelled so, else the first that is but for its case: of two of them, one is found by nobody. */
    private @Nullable JsonField field(String name) {
        JsonField exact = object.fields().get(name);
        if (exact != null) {
            found.add(name);
            return exact;
        }
        for (Map.Entry<String, JsonField> field : object.fields().entrySet()) {
            if (field.getKey().equalsIgnoreCase(name)) {
                found.add(field.getKey());
                return field.getValue();
            }
        }
        return null;
    }

    @Nullable
    JsonValue value(String name) {
        known.add(name);
        JsonField field = field(name);
        return field == null || field.value() instanceof JsonNull ? null : field.value();
    }

    /** Names of all fields, as they are spelled, which are known with this. */
    Set<String> names() {
        found.addAll(object.fields().keySet());
        return object.fields().keySet();
    }

    @Nullable
    Section section(String name) {
        JsonValue value = value(name);
        return value == null ? null : of(pathOf(name), value, problems);
    }

    /** The objects of a list; null if the field is not there. */
    @Nullable
    List<Section> sections(String name) {
        JsonValue value = value(name);
        if (value == null) {
            return null;
        }
        List<Section> sections = new ArrayList<>();
        if (value instanceof JsonArray array) {
            for (int i = 0; i < array.values().size(); i++) {
                Section section =
                        of(pathOf(name) + "[" + i + "]", array.values().get(i), problems);
                if (section != null) {
                    sections.add(section);
                }
            }
        } else {
            problems.add(pathOf(name), value.at(), "a list, [...], is needed here, not " + value.kind());
        }
        return sections;
    }

    /** The texts of a list; null if the field is not there. */
    @Nullable
    List<String> texts(String name) {
        JsonValue value = value(name);
        if (value == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        if (value instanceof JsonArray array) {
            for (JsonValue element : array.values()) {
                if (element instanceof JsonText text) {
                    texts.add(text.text());
                } else {
                    problems.add(pathOf(name), element.at(), "a text is needed here, not " + element.kind());
                }
            }
        } else {
            problems.add(pathOf(name), value.at(), "a list, [...], is needed here, not " + value.kind());
        }
        return texts;
    }

    @Nullable
    String text(String name) {
        JsonValue value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof JsonText text) {
            return text.text();
        }
        problems.add(pathOf(name), value.at(), "a text is needed here, not " + value.kind());
        return null;
    }

    /** A text that must be there; empty if it is not, which is a problem then. */
    String requiredText(String name) {
        int before = problems.count();
        String text = text(name);
        if (text == null && problems.count() == before) {
            problems.add(path, at, "the field " + name + " is missing");
        }
        return text == null ? "" : text;
    }

    /** A field that is to stand in another section beside this, and is often looked for here. */
    void standsIn(String sibling, String name) {
        elsewhere.put(name.toLowerCase(Locale.ROOT), sibling);
    }

    /** Everything that may be here was asked for: what is left is a mistake. */
    void end() {
        object.fields().forEach((name, field) -> {
            if (!found.contains(name)) {
                problems.add(pathOf(name), field.at(), whyUnknown(name));
            }
        });
    }

    private String whyUnknown(String name) {
        if (known.stream().anyMatch(name::equalsIgnoreCase)) {
            return "the field is there twice: the case of names does not count";
        }
        String sibling = elsewhere.get(name.toLowerCase(Locale.ROOT));
        return sibling == null
                ? "there is no such field here; known are " + String.join(", ", known)
                : "this field stands in the object \"" + sibling + "\" beside this one";
    }
}
