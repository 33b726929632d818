/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BranchXid;

/**
 * Remembers, in this process, by which user a branch was prepared, as long as it is (rule Q6).
 *
 * <p>Thread safe.
 */
interface BranchOwners {

    /** It was prepared by this user, now or perhaps. */
    void preparedBy(BranchXid xid, Bearer user);

    /** Whether it was, and has not ended and been forgotten since. */
    boolean isPreparedBy(BranchXid xid, Bearer user);
}
