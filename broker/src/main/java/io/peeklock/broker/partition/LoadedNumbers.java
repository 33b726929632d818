/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

/**
 * Decides, after a load, behind which number an entity's numbering goes on (rule N1).
 *
 * <p>Used by the loading thread alone.
 */
final class LoadedNumbers {
    /** After the record of numbers was lost, numbering goes on this far behind the last number that may have been used. */
    private static final long NUMBERS_AFTER_DAMAGE = 1L << 24;

    private final PartitionState state;
    private final boolean damaged;
    private final long maxRecordId;

    LoadedNumbers(PartitionState state, boolean damaged, long maxRecordId) {
        this.state = state;
        this.damaged = damaged;
        this.maxRecordId = maxRecordId;
    }

    /** @param outdated whether the newest record of the fragment could not be read */
    void goOn(Fragment fragment, boolean outdated) {
        if (fragment.settings().temporary()) {
            return;
        }
        boolean unrecorded = fragment.recordId == 0 && (damaged || !fragment.isEmpty() || isPublishedTo(fragment));
        boolean lost = unrecorded || outdated;
        long last = Math.max(fragment.lastNumber, fragment.reservedNumber);
        // Every durable message took a record id: so far, and further, the numbers may have got.
        fragment.lastNumber = lost ? Math.max(last, maxRecordId) + NUMBERS_AFTER_DAMAGE : last;
        fragment.reservedNumber = fragment.lastNumber;
        fragment.durablyReservedNumber = lost || fragment.recordId == 0 ? 0 : fragment.reservedNumber;
    }

    /** What a subscription has came through its topic, which reserved a number for it. */
    private boolean isPublishedTo(Fragment topic) {
        return state.subscriptionsOf(topic.entityId()).stream().anyMatch(subscription -> subscription.recordId != 0);
    }
}
