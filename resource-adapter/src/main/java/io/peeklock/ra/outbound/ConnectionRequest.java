/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import jakarta.resource.spi.ConnectionRequestInfo;
import org.jspecify.annotations.Nullable;

/**
 * As whom an application wants to connect; both null if it has named nobody.
 *
 * <p>Immutable, thread safe. The password is in no text of it.
 */
record ConnectionRequest(
        @Nullable String userName, @Nullable String password) implements ConnectionRequestInfo {

    @Override
    public String toString() {
        return userName == null ? "a connection" : "a connection as user " + userName;
    }
}
