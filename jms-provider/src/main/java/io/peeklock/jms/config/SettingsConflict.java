/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what keeps a factory from sharing a broker that another has opened.
 *
 * <p>Has no state; any thread.
 */
final class SettingsConflict {

    private SettingsConflict() {}

    /** The first setting of the broker that is not the same, in words; empty if there is none. */
    static Optional<String> of(ConnectionFactorySettings wanted, ConnectionFactorySettings opened) {
        for (Setting setting : Setting.values()) {
            Object here = wanted.value(setting);
            Object there = opened.value(setting);
            boolean shared = setting.scope() != Setting.Scope.CONNECTION;
            boolean leftOpen = setting == Setting.PARTITIONS && (here == null || there == null);
            if (shared && !leftOpen && !Objects.equals(here, there)) {
                return Optional.of(setting.key() + " is " + shown(setting, here)
                        + " here, but the broker was opened with " + shown(setting, there));
            }
        }
        return wanted.partitionDirectories().isEmpty()
                        || wanted.partitionDirectories().equals(opened.partitionDirectories())
                ? Optional.empty()
                : Optional.of("the directories of partitions are not those the broker was opened with");
    }

    private static String shown(Setting setting, @Nullable Object value) {
        return value == null ? "not set" : setting.format(value);
    }
}
