/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.workload;

import java.nio.ByteBuffer;
import javax.transaction.xa.Xid;

/**
 * The name of one thread's next transaction.
 *
 * <p>Immutable.
 */
public record NumberedXid(int thread, long number) implements Xid {

    private static final int FORMAT_ID = 0x504C;

    @Override
    public int getFormatId() {
        return FORMAT_ID;
    }

    @Override
    public byte[] getGlobalTransactionId() {
        return ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
                .putInt(thread)
                .putLong(number)
                .array();
    }

    @Override
    public byte[] getBranchQualifier() {
        return new byte[] {1};
    }
}
