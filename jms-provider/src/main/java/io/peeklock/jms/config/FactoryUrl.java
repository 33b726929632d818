/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Factory URLs: {@code peeklock:file:<path>?key=value&...} and {@code peeklock:mem:<name>?key=value&...}.
 *
 * <p>Stateless, thread safe. Path, name and values may be percent-encoded in UTF-8; a plus is a plus.
 */
final class FactoryUrl {

    private static final String SCHEME = "peeklock:";
    private static final String FORM = "begins with peeklock:file:<directory> or peeklock:mem:<name>";
    private static final String FILE = "peeklock:file:";
    private static final String MEMORY = "peeklock:mem:";
    private static final Map<String, Setting> BY_KEY =
            Arrays.stream(Setting.values()).collect(Collectors.toMap(Setting::key, setting -> setting));

    private FactoryUrl() {}

    static ConnectionFactorySettings parse(@Nullable String url) {
        if (url == null) {
            throw new IllegalArgumentException("A factory's URL " + FORM + ", and is not null");
        }
        int question = url.indexOf('?');
        String location = question < 0 ? url : url.substring(0, question);
        ConnectionFactorySettings.Builder builder = ConnectionFactorySettings.builder(location(location));
        Set<String> seen = new HashSet<>();
        if (question >= 0 && question + 1 < url.length()) {
            for (String option : url.substring(question + 1).split("&", -1)) {
                String key = set(option, builder, seen.contains(Setting.PASSWORD.key()));
                if (!seen.add(key)) {
                    throw new IllegalArgumentException("Setting " + key + " is given twice");
                }
            }
        }
        return builder.build();
    }

    private static StoreLocation location(String location) {
        if (location.startsWith(FILE)) {
            String directory = PercentCode.decode(location.substring(FILE.length()));
            if (directory.isEmpty()) {
                throw new IllegalArgumentException("peeklock:file: needs a directory: peeklock:file:/var/lib/bus");
            }
            return new StoreLocation.Directory(path(directory));
        }
        if (location.startsWith(MEMORY)) {
            return new StoreLocation.Memory(PercentCode.decode(location.substring(MEMORY.length())));
        }
        // Only the head of it: whoever mistakes another URL for ours may have a password in it.
        String head = head(location);
        throw new IllegalArgumentException("A factory's URL " + FORM + (head.isEmpty() ? "" : ", not with " + head));
    }

    /** The scheme, and what stands in the place of file or mem. */
    private static String head(String location) {
        int end = location.indexOf(':') + 1;
        if (location.substring(0, end).equalsIgnoreCase(SCHEME)) {
            end = Math.max(end, location.indexOf(':', end) + 1);
        }
        return location.substring(0, Math.min(end, 30));
    }

    private static Path path(String text) {
        String path = text;
        if (path.startsWith("///")) {
            // As in file:///var/lib/bus, where the host is empty.
            path = path.substring(2);
        }
        if (File.separatorChar == '\\' && path.matches("/[A-Za-z]:.*")) {
            // As in file:/C:/bus.
            path = path.substring(1);
        }
        try {
            return Path.of(path);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("Not a path of a directory: " + e.getReason(), e);
        }
    }

    /** @param behindPassword whether it may be the rest of one in which an ampersand was not encoded */
    private static String set(String option, ConnectionFactorySettings.Builder builder, boolean behindPassword) {
        int equals = option.indexOf('=');
        String key = PercentCode.decode(equals < 0 ? option : option.substring(0, equals));
        Setting setting = BY_KEY.get(key);
        if (setting == null && !PartitionDirectoryKey.matches(key)) {
            throw behindPassword
                    ? new IllegalArgumentException(
                            "There is no setting of a name behind the password; an & within a password is written %26")
                    : unknown(key);
        }
        if (equals < 0) {
            throw new IllegalArgumentException("Setting " + key + " has no value: write " + key + "=...");
        }
        String value = PercentCode.decode(option.substring(equals + 1));
        if (setting == null) {
            if (value.isEmpty()) {
                throw new IllegalArgumentException("Setting " + key + " needs a directory");
            }
            int partition = PartitionDirectoryKey.partition(key);
            builder.partitionDirectory(partition, path(value));
            // Without leading zeros: 03 is 3 once more.
            return PartitionDirectoryKey.of(partition);
        }
        builder.set(setting, value);
        return key;
    }

    private static IllegalArgumentException unknown(String key) {
        List<String> keys = Stream.concat(BY_KEY.keySet().stream(), Stream.of(PartitionDirectoryKey.PATTERN))
                .sorted()
                .toList();
        String shown = key.length() > 60 ? key.substring(0, 60) + "..." : key;
        String nearest = NearestName.of(key, keys);
        return new IllegalArgumentException("There is no setting '" + shown + "'"
                + (nearest == null ? "; there are " + String.join(", ", keys) : "; did you mean " + nearest + "?"));
    }

    /** @param secrets whether the URL is to have the password too */
    static String format(ConnectionFactorySettings settings, boolean secrets) {
        StoreLocation store = settings.store();
        ConnectionFactorySettings defaults =
                ConnectionFactorySettings.builder(store).build();
        List<String> options = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            @Nullable Object value = settings.value(setting);
            if (value instanceof Password password) {
                if (secrets) {
                    options.add(setting.key() + "=" + PercentCode.encode(password.text()));
                }
            } else if (value != null && !Objects.equals(value, defaults.value(setting))) {
                options.add(setting.key() + "=" + PercentCode.encode(setting.format(value)));
            }
        }
        new TreeMap<>(settings.partitionDirectories())
                .forEach((partition, path) ->
                        options.add(PartitionDirectoryKey.of(partition) + "=" + PercentCode.encode(path.toString())));
        String location = store instanceof StoreLocation.Directory directory
                ? FILE + PercentCode.encode(directory.path().toString())
                : MEMORY + PercentCode.encode(((StoreLocation.Memory) store).name());
        return location + (options.isEmpty() ? "" : "?" + String.join("&", options));
    }
}
