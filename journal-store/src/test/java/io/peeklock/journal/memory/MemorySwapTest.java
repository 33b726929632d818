/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.memory;

import io.peeklock.journal.SwapSpace;
import io.peeklock.journal.SwapSpaceContract;

/**
 * Swap space in memory.
 *
 * <p>Not thread safe.
 */
final class MemorySwapTest extends SwapSpaceContract {

    @Override
    protected SwapSpace open() {
        return new MemorySwap();
    }
}
