/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import io.peeklock.broker.rule.CorrelationKey.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The correlation filters of a topic, found by lookups: 100,000 cost what 10 cost (rule R3).
 *
 * <p>Not thread safe.
 *
 * <p>Filters that ask for the same fields are in one table by the values they ask for, which takes one lookup. A table is
 * looked at only for messages that have one certain field of it, its <em>anchor</em>: so what many tables cost depends on
 * the fields of the message, not on how many there are.
 */
public final class CorrelationIndex {

    /** Filters that ask for the same fields. Not thread safe. */
    private static final class Table {
        private final List<Field> fields;
        private final Field anchor;
        private final Map<List<Object>, Map<Long, CompiledRule>> byValues = new HashMap<>();

        Table(List<Field> fields, Field anchor) {
            this.fields = fields;
            this.anchor = anchor;
        }
    }

    private final Map<List<Field>, Table> tables = new HashMap<>();
    private final Map<Field, Map<List<Field>, Table>> byAnchor = new HashMap<>();
    private long comparisons;

    public boolean isEmpty() {
        return tables.isEmpty();
    }

    /** Tables looked up and rules found, so far. */
    public long comparisons() {
        return comparisons;
    }

    public void add(CompiledRule rule) {
        CorrelationKey key = rule.requireCorrelation();
        tables.computeIfAbsent(key.fields(), this::newTable)
                .byValues
                .computeIfAbsent(key.values(), values -> new LinkedHashMap<>(2))
                .put(rule.id(), rule);
    }

    private Table newTable(List<Field> fields) {
        Field anchor = fields.get(0);
        for (Field field : fields) {
            if (tablesAt(field) < tablesAt(anchor)) {
                anchor = field;
            }
        }
        Table table = new Table(fields, anchor);
        byAnchor.computeIfAbsent(anchor, field -> new LinkedHashMap<>(2)).put(fields, table);
        return table;
    }

    private int tablesAt(Field field) {
        return byAnchor.getOrDefault(field, Map.of()).size();
    }

    public void remove(CompiledRule rule) {
        CorrelationKey key = rule.requireCorrelation();
        Table table = tables.get(key.fields());
        Map<Long, CompiledRule> rules = table == null ? null : table.byValues.get(key.values());
        if (table == null || rules == null || rules.remove(rule.id()) == null || !rules.isEmpty()) {
            return;
        }
        table.byValues.remove(key.values());
        if (table.byValues.isEmpty()) {
            tables.remove(key.fields());
            Map<List<Field>, Table> others = byAnchor.get(table.anchor);
            if (others != null && others.remove(key.fields()) != null && others.isEmpty()) {
                byAnchor.remove(table.anchor);
            }
        }
    }

    /** The rules whose filters match, in no particular order. */
    public List<CompiledRule> find(MessageView message) {
        if (tables.isEmpty()) {
            return List.of();
        }
        List<CompiledRule> found = new ArrayList<>();
        for (SystemProperty system : SystemProperty.values()) {
            lookUp(byAnchor.get(Field.of(system)), message, found);
        }
        for (String name : message.properties().keySet()) {
            lookUp(byAnchor.get(Field.of(name)), message, found);
        }
        return found;
    }

    private void lookUp(
            @Nullable Map<List<Field>, Table> anchored, MessageView message, Collection<CompiledRule> found) {
        if (anchored == null) {
            return;
        }
        for (Table table : anchored.values()) {
            comparisons++;
            List<Object> values = CorrelationKey.valuesOf(table.fields, message);
            Map<Long, CompiledRule> rules = values == null ? null : table.byValues.get(values);
            if (rules != null) {
                comparisons += rules.size();
                found.addAll(rules.values());
            }
        }
    }
}
