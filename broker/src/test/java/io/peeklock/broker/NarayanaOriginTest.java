/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.PreparedBranch.State;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a branch's name tells of the Narayana that has given it.
 *
 * <p>Not thread safe.
 */
@Tag("X5")
class NarayanaOriginTest {

    private static final String PROCESS = "0000000000000000000000ffff7f0000011b12ef";
    private static final String TRANSACTION = "6b0353200000018a";

    private static BranchXid xid(int format, String gtrid) {
        return new BranchXid(format, HexFormat.of().parseHex(gtrid), new byte[] {1});
    }

    @Test
    void isTheNodeIdInWordsAndTheProcess() {
        assertThat(NarayanaOrigin.of(xid(131077, PROCESS + TRANSACTION + "6170702d31")))
                .contains(new NarayanaOrigin("app-1", PROCESS));
    }

    @Test
    void hasNoControlCharacters() {
        assertThat(NarayanaOrigin.of(xid(131077, PROCESS + TRANSACTION + "610a1b62")))
                .contains(new NarayanaOrigin("a??b", PROCESS));
    }

    @Test
    void isUnknownOfOtherFormatsAndOfNamesTooShort() {
        assertThat(NarayanaOrigin.of(xid(131076, PROCESS + TRANSACTION + "6170702d31")))
                .isEmpty();
        assertThat(NarayanaOrigin.of(xid(131077, PROCESS + TRANSACTION))).isEmpty();
    }

    @Test
    void isGivenByABranch() {
        BranchXid xid = xid(131077, PROCESS + TRANSACTION + "6170702d31");
        assertThat(new PreparedBranch(xid, State.PREPARED, 0, List.of(0), 1, 0, Instant.EPOCH).nodeId())
                .contains("app-1");
    }
}
