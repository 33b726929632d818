/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The name of a transaction's branch, as its transaction manager gave it (rule X5): what an {@code Xid} is, by its content.
 *
 * <p>Immutable, thread safe.
 */
public final class BranchXid {
    /** What a global transaction id and a branch qualifier may have at most. */
    public static final int MAX_PART_BYTES = 64;

    private static final int PARTS = 3;

    private final int formatId;
    private final byte[] gtrid;
    private final byte[] bqual;

    /**
     * @param formatId not -1, which stands for no Xid
     * @param gtrid the id of the global transaction, 1 to 64 bytes; copied
     * @param bqual the qualifier of the branch, 0 to 64 bytes; copied
     * @throws IllegalArgumentException if one is none of these
     */
    public BranchXid(int formatId, byte[] gtrid, byte[] bqual) {
        if (formatId == -1 || gtrid.length == 0 || gtrid.length > MAX_PART_BYTES || bqual.length > MAX_PART_BYTES) {
            throw new IllegalArgumentException("an Xid has a format that is not -1, a global id of 1 to 64 bytes and a"
                    + " qualifier of at most 64, not format " + formatId + ", " + gtrid.length + " and " + bqual.length
                    + " bytes");
        }
        this.formatId = formatId;
        this.gtrid = gtrid.clone();
        this.bqual = bqual.clone();
    }

    /**
     * The branch of a text that {@link #toString} gave.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static BranchXid parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != PARTS) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no branch: write it as it is listed, format:globalId:qualifier in hex");
        }
        HexFormat hex = HexFormat.of();
        return new BranchXid(Integer.parseInt(parts[0]), hex.parseHex(parts[1]), hex.parseHex(parts[2]));
    }

    public int formatId() {
        return formatId;
    }

    /** A copy. */
    public byte[] gtrid() {
        return gtrid.clone();
    }

    /** A copy. */
    public byte[] bqual() {
        return bqual.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BranchXid xid
                && formatId == xid.formatId
                && Arrays.equals(gtrid, xid.gtrid)
                && Arrays.equals(bqual, xid.bqual);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * formatId + Arrays.hashCode(gtrid)) + Arrays.hashCode(bqual);
    }

    /** Format, global id and qualifier, the latter two in hex; {@link #parse} reads it. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return formatId + ":" + hex.formatHex(gtrid) + ":" + hex.formatHex(bqual);
    }
}
