/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BranchXid;

/**
 * Remembers, in this process, by which policy's bearer a branch was prepared, as long as it is (rule Q6).
 *
 * <p>Thread safe.
 */
interface BranchOwners {

    /** It was prepared by a bearer of this policy, now or perhaps. */
    void preparedBy(BranchXid xid, String policy);

    /** Whether it was, and has not ended and been forgotten since. */
    boolean isPreparedBy(BranchXid xid, String policy);
}
