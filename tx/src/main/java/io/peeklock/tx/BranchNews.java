/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells the sessions that have worked in a branch what becomes of it, each thing once.
 *
 * <p>Thread safe. Called without the branch's lock.
 */
final class BranchNews {
    private final Branch branch;
    private final AtomicBoolean toldEnd = new AtomicBoolean();
    private final AtomicBoolean toldSettled = new AtomicBoolean();

    BranchNews(Branch branch) {
        this.branch = branch;
    }

    /** It takes no more work. */
    void tell(List<BusXAResource> worked, boolean isSettled) {
        if (!toldEnd.getAndSet(true)) {
            worked.forEach(resource -> resource.ended(branch));
        }
        if (isSettled && !toldSettled.getAndSet(true)) {
            worked.forEach(resource -> resource.settled(branch));
        }
    }
}
