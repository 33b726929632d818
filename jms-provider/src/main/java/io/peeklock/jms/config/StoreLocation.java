/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import java.nio.file.Path;

/**
 * Where a broker keeps its messages.
 *
 * <p>Immutable, thread safe.
 */
public sealed interface StoreLocation {

    /**
     * In a directory on disk.
     *
     * @param path as it was given, relative ones to the working directory
     */
    record Directory(Path path) implements StoreLocation {}

    /**
     * In memory, gone with the broker.
     *
     * @param name tells one from another in this process
     */
    record Memory(String name) implements StoreLocation {
        public Memory {
            if (name.isEmpty() || name.length() > 128) {
                throw new IllegalArgumentException(
                        "A broker in memory has a name of 1 to 128 characters: peeklock:mem:orders");
            }
        }
    }
}
