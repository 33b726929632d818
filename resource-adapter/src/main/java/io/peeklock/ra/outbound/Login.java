/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import org.jspecify.annotations.Nullable;

/**
 * Where a managed connection leads, and as whom. Two that are equal are of use for the same callers.
 *
 * <p>Immutable, thread safe. The password is in no text of it.
 */
record Login(
        String url,
        @Nullable String userName,
        @Nullable String password,
        @Nullable String clientId) {

    @Override
    public String toString() {
        return userName == null ? "nobody in particular" : "user " + userName;
    }
}
