/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import org.jspecify.annotations.Nullable;

/** What a partition has in memory does not serve: it must be loaded again from its journal. Immutable. */
final class ReloadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReloadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
