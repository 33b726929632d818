/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

/**
 * Tells a session what becomes of the branches its resource works in.
 *
 * <p>Called on any thread, without any lock, while calls of the session may be under way; must be quick and must not block.
 */
public interface BranchListener {

    /**
     * Whether the session has work under way outside any global transaction, so that no branch may be started now
     * (XAER_OUTSIDE).
     */
    default boolean worksOutside() {
        return false;
    }

    /** Whether the session is closed, so that nobody works in its branches any more, though they live on. */
    default boolean isClosed() {
        return false;
    }

    /** The resource works in a branch from now on: it was started, joined or resumed. */
    default void associated(Transaction branch) {}

    /**
     * The resource does not work in a branch any more.
     *
     * @param flags TMSUCCESS, TMFAIL or TMSUSPEND of {@link javax.transaction.xa.XAResource}
     */
    default void dissociated(Transaction branch, int flags) {}

    /**
     * A branch in which the resource has worked takes no more work: it is prepared, committed or rolled back, by whichever
     * resource or thread, or its time was over. Once for each.
     */
    default void ended(Transaction branch) {}

    /**
     * What was received in a branch in which the resource has worked is settled: the branch was committed or rolled back, by an
     * administrator too, or its time was over. Once for each, not before {@link #ended}.
     */
    default void settled(Transaction branch) {}
}
