/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Which broker the application uses, and as whom. A bean of this type goes before the properties {@code peeklock.url}, {@code
 * peeklock.directory}, {@code peeklock.user} and {@code peeklock.password}; the other properties hold all the same.
 *
 * <p>Asked on the thread that makes the beans. Each method gives the same whenever it is called.
 */
public interface PeeklockConnectionDetails extends ConnectionDetails {

    /** {@code peeklock:file:<directory>} or {@code peeklock:mem:<name>}, with options behind a question mark. */
    String getUrl();

    /** User, or shared access policy, of connections for which the application names none; null for nobody. */
    default @Nullable String getUser() {
        return null;
    }

    /** Password of that user, or a key of that policy; null for none. */
    default @Nullable String getPassword() {
        return null;
    }
}
