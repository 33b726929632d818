/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

/**
 * Decides behind which number numbering goes on after a load (rule N1).
 *
 * <p>Stateless, thread safe; what it is given is owned by the partition's driver.
 */
final class LoadedNumbers {
    /** After the record of numbers was lost, numbering goes on this far behind the last number that may have been used. */
    private static final long NUMBERS_AFTER_DAMAGE = 1L << 24;

    private LoadedNumbers() {}

    /**
     * @param outdated whether only an older state of the entity's record could be read
     * @param damaged whether anything was found missing
     */
    static void set(PartitionState state, Fragment fragment, boolean outdated, boolean damaged, long maxRecordId) {
        if (fragment.settings().temporary()) {
            return;
        }
        boolean unrecorded =
                fragment.recordId == 0 && (damaged || !fragment.isEmpty() || isPublishedTo(state, fragment));
        boolean lost = unrecorded || outdated;
        long last = Math.max(fragment.lastNumber, fragment.reservedNumber);
        // Every durable message took a record id: so far, and further, the numbers may have got.
        fragment.lastNumber = lost ? Math.max(last, maxRecordId) + NUMBERS_AFTER_DAMAGE : last;
        fragment.reservedNumber = fragment.lastNumber;
        fragment.durablyReservedNumber = lost || fragment.recordId == 0 ? 0 : fragment.reservedNumber;
    }

    /** What a subscription has came through its topic, which reserved a number for it. */
    private static boolean isPublishedTo(PartitionState state, Fragment topic) {
        return state.subscriptionsOf(topic.entityId()).stream().anyMatch(subscription -> subscription.recordId != 0);
    }
}
