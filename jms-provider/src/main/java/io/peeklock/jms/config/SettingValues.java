/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was set of one store, each value checked when it is put, and read as its type.
 *
 * <p>Not thread safe.
 */
final class SettingValues {

    private final StoreLocation store;
    private final Map<Setting, Object> values = new EnumMap<>(Setting.class);
    private final Map<Integer, Path> directories = new TreeMap<>();

    SettingValues(StoreLocation store) {
        this.store = store;
    }

    StoreLocation store() {
        return store;
    }

    boolean inMemory() {
        return store instanceof StoreLocation.Memory;
    }

    /** @throws IllegalArgumentException if the value is not allowed, or the setting not for such a store */
    void put(Setting setting, Object value) {
        if (setting.scope() == Setting.Scope.FILE_STORE) {
            requireFile(setting.key());
        }
        values.put(setting, setting.check(value));
    }

    /** One of settings that were checked before, defaults that a store does not use included. */
    void putChecked(Setting setting, Object value) {
        values.put(setting, value);
    }

    /** @throws IllegalArgumentException if the store has no directories */
    void putDirectory(int partition, Path directory) {
        requireFile(PartitionDirectoryKey.of(partition));
        directories.put(partition, directory);
    }

    private void requireFile(String key) {
        if (inMemory()) {
            throw new IllegalArgumentException(
                    "Setting " + key + " is for brokers on disk (peeklock:file:), this one is in memory");
        }
    }

    /** @throws IllegalArgumentException if there are not so many partitions */
    Map<Integer, Path> directories() {
        PartitionDirectoryKey.check(directories.keySet(), get(Setting.PARTITIONS, Integer.class, 0));
        return directories;
    }

    /** All that were set. */
    Map<Setting, Object> all() {
        return values;
    }

    /** Null if it was not set. */
    <T> @Nullable T find(Setting setting, Class<T> type) {
        return type.cast(values.get(setting));
    }

    <T> T get(Setting setting, Class<T> type, T otherwise) {
        T value = find(setting, type);
        return value == null ? otherwise : value;
    }

    /** Of a setting that has a default. */
    <T> T get(Setting setting, Class<T> type) {
        return get(setting, type, type.cast(Objects.requireNonNull(setting.defaultValue(), setting.key())));
    }

    /** Of a setting that is a list of texts. */
    List<String> texts(Setting setting) {
        List<?> texts = get(setting, List.class);
        return texts.stream().map(String.class::cast).toList();
    }
}
