/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import org.jspecify.annotations.Nullable;

/**
 * The state that a session gets when a prepared part is committed (rule G6); null clears it.
 *
 * <p>Immutable; what it refers to is owned by the partition's driver. The state is not copied.
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record StagedState(Fragment fragment, String sessionId, byte @Nullable [] state) {

    /** Room that is kept for it (rule X6). */
    int reservedBytes() {
        byte[] next = state;
        return next == null ? 0 : next.length;
    }
}
