/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Which Narayana has begun a transaction, as the global ids of its branches tell: address 16 bytes, process 4, seconds 4, counter
 * 4, then the node id (rule X5).
 *
 * <p>Immutable, thread safe.
 *
 * @param nodeId of the transaction manager, the same after each restart; control characters are question marks
 * @param process of the transaction manager's process, in hex, another one after each restart
 */
public record NarayanaOrigin(String nodeId, String process) {
    private static final int FORMAT = 131077;
    private static final int PROCESS_BYTES = 20;
    private static final int NODE_AT = 28;

    /** Empty if the name is of another transaction manager's format. */
    public static Optional<NarayanaOrigin> of(BranchXid xid) {
        byte[] gtrid = xid.gtrid();
        if (xid.formatId() != FORMAT || gtrid.length <= NODE_AT) {
            return Optional.empty();
        }
        String node = new String(Arrays.copyOfRange(gtrid, NODE_AT, gtrid.length), StandardCharsets.UTF_8);
        return Optional.of(new NarayanaOrigin(
                node.replaceAll("\\p{Cntrl}", "?"), HexFormat.of().formatHex(gtrid, 0, PROCESS_BYTES)));
    }
}
