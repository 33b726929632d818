/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import java.util.Set;

/**
 * What a policy lets its bearer do with an entity, or with all of them (rule Q6).
 *
 * <p>Immutable.
 */
public enum Claim {
    /** Everything: create, change and delete it, its rules and policies; and what the other two allow. */
    MANAGE,
    /** Put messages in, and cancel scheduled ones. */
    SEND,
    /** Take messages out, settle them and look at them; its dead letters, deferred messages and sessions too. */
    LISTEN;

    /** As one bit of a mask; that of an enum's place would change with it, and masks are on disk. */
    public int bit() {
        return switch (this) {
            case MANAGE -> 1;
            case SEND -> 2;
            case LISTEN -> 4;
        };
    }

    /** Every claim. */
    public static final int ALL = 7;

    /** What a set of them allows, as a mask: {@link #MANAGE} allows all. */
    public static int allowed(Set<Claim> claims) {
        if (claims.contains(MANAGE)) {
            return ALL;
        }
        int mask = 0;
        for (Claim claim : claims) {
            mask |= claim.bit();
        }
        return mask;
    }
}
