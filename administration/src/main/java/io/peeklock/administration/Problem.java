/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

/**
 * One thing that is wrong with a file. Immutable.
 *
 * @param path which field, from the top: {@code UserConfig.Namespaces[0].Queues[2].Name}; empty for the whole document
 * @param at where it stands
 * @param what what is wrong with it, and what is allowed
 */
public record Problem(String path, Position at, String what) {
    @Override
    public String toString() {
        return at + ": " + (path.isEmpty() ? "" : path + ": ") + what;
    }
}
