/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

/**
 * A content of which, during a load, not all chunks have been seen.
 *
 * <p>Owned by the loader; not thread safe.
 */
final class Assembly {
    final MessageEntry entry;
    final byte[] content;
    int missing;

    Assembly(MessageEntry entry) {
        this.entry = entry;
        this.content = new byte[entry.contentBytes];
        this.missing = entry.chunks;
    }
}
